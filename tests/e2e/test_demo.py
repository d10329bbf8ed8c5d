"""`manage.py demo` on a running product."""

import re
import subprocess

import pytest
import requests

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

COUNT = """
from saas.demo.shops import SHOPS
from shop.catalog.models import Picture, Product
from shop.members.models import Member, MemberToken
from shop.orders.models import Order, OrderEvent
from tenants import registry
from tenants.context import using_shop
from tenants.models import OutboxEvent
for demo in SHOPS:
    with using_shop(registry.by_slug(demo.slug)):
        counts = [model.objects.count() for model in (Product, Picture, Member, MemberToken, OrderEvent)]
        print(demo.slug, counts, sorted(Order.objects.values_list("state", flat=True)))
print(OutboxEvent.objects.count())
"""


def counted(product):
    lines = product.manage("shell", "-v", "0", "-c", COUNT).stdout.splitlines()
    return [line for line in lines if line]


def test_two_shops_appear_and_a_second_run_changes_nothing(product):
    first = product.manage("demo").stdout
    before = counted(product)
    assert before[0] == "demo-home [25, 43, 4, 4, 8] ['COMPLETED', 'SHIPPED', 'TO_SHIP', 'UNPAID', 'WAIT_GROUP']"
    states = ["COMPLETED", "SHIPPED", "TO_SHIP", "TO_SHIP", "UNPAID", "WAIT_GROUP"]
    assert before[1] == f"demo-tea [21, 26, 4, 5, 9] {states}"
    assert product.manage("demo").stdout == first
    assert counted(product) == before
    code, counts = product.audit()
    assert (code, set(counts.values())) == (0, {0})


def test_what_it_prints_answers(product):
    printed = product.manage("demo").stdout
    apis = re.findall(r"API +(\S+)", printed)
    assert len(apis) == 2
    for api in apis:
        home = requests.get(f"{api}/home", timeout=10)
        assert home.status_code == 200
        methods = requests.get(f"{api}/payments/methods", {"client": "h5"}, timeout=10).json()
        assert [(each["provider"], each["trade"]) for each in methods] == [("wechat", "h5")]
        row = requests.get(f"{api}/products", timeout=10).json()["results"][0]
        assert row["cover"]
    log_ins = re.findall(r"log-in +(\S+)  \S{14}\n", printed)
    assert log_ins == ["demo-operator@example.com", "demo-home@example.com", "demo-tea@example.com"]


def test_without_a_running_product_it_says_what_to_do(product, tmp_path):
    from tests.e2e.driver import Product

    resting = Product(tmp_path / "nothing")
    with pytest.raises(subprocess.CalledProcessError) as failed:
        resting.manage("demo")
    assert "manage.py up --demo" in failed.value.stderr
