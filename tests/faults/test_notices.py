"""Notices that come often, late, forged or not at all."""

import secrets

import pytest
import requests

from tests.e2e.driver import Shopper
from tests.faults.storm import prepare

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

TAMPERED = ["signature", "amount", "mchid", "appid", "stale", "state"]


@pytest.fixture(scope="module")
def shop(product):
    return product.create_shop("letterbox")


@pytest.fixture(autouse=True)
def no_faults(product):
    yield
    product.paysim("POST", "/_control/faults", mode=None, count=0)


@pytest.fixture
def order(product, shop):
    """An unpaid order with a started payment: (shopper, number, out_trade_no)."""
    made = prepare(product, "letterbox", members=1, skus=[[1500, 10]])
    shopper = Shopper(shop["api"])
    shopper.session.headers["Authorization"] = f"Bearer {made['members'][0]['token']}"
    shopper.address = made["members"][0]["address"]
    number = shopper.order([(made["skus"][0], 2)]).json()["number"]
    return shopper, number, shopper.start_paying(number)["out_trade_no"]


def pay(product, out_trade_no):
    answer = product.paysim("POST", "/_control/pay", out_trade_no=out_trade_no)
    assert answer.status_code == 200, answer.text


def notify(product, out_trade_no, **options):
    answer = product.paysim("POST", "/_control/notify", out_trade_no=out_trade_no, **options)
    assert answer.status_code == 200, answer.text
    return answer.json()["statuses"]


def facts(product, slug="letterbox"):
    """Row counts that any wrong effect would change."""
    script = (
        "import json\n"
        "from tenants import registry\nfrom tenants.context import using_shop\n"
        "from payments.models import Notice, Payment\nfrom shop.inventory.models import StockMove\n"
        f"with using_shop(registry.by_slug({slug!r})):\n"
        "    print(json.dumps([Notice.objects.count(), Payment.objects.count(),"
        " StockMove.objects.filter(kind='SALE').count()]))\n"
    )
    import json

    return json.loads(product.manage("shell", "-v", "0", "-c", script).stdout.strip().splitlines()[-1])


def clean(product):
    code, counts = product.audit()
    assert (code, set(counts.values())) == (0, {0}), counts


def test_sixty_parallel_copies_settle_once(product, order):
    shopper, number, out_trade_no = order
    before = facts(product)
    pay(product, out_trade_no)
    statuses = notify(product, out_trade_no, copies=60, parallel=True)
    assert set(statuses) == {200}
    assert len(statuses) == 60
    shopper.wait_for(number, "TO_SHIP")
    assert [after - old for after, old in zip(facts(product), before, strict=True)] == [1, 1, 1]
    clean(product)


@pytest.mark.parametrize("tamper", TAMPERED)
def test_a_forged_notice_changes_nothing(product, order, tamper):
    shopper, number, out_trade_no = order
    product.paysim("POST", "/_control/faults", mode="drop_notice", count=-1)
    before = facts(product)
    statuses = notify(product, out_trade_no, copies=3, tamper=tamper)
    assert all(400 <= status < 500 for status in statuses), statuses
    assert shopper.status(number) == "UNPAID"
    assert facts(product) == before


def test_a_notice_of_another_shop_changes_nothing(product, shop, order):
    shopper, number, out_trade_no = order
    rival = product.create_shop(f"rival{secrets.token_hex(3)}")
    product.paysim("POST", "/_control/faults", mode="drop_notice", count=-1)
    pay(product, out_trade_no)
    script = (
        "from tenants import registry\nfrom tenants.context import using_shop\nfrom payments.models import Account\n"
        f"with using_shop(registry.by_slug({rival['slug']!r})):\n    print(Account.objects.get().key)\n"
    )
    account = product.manage("shell", "-v", "0", "-c", script).stdout.split()[-1]
    url = f"{rival['api'].removesuffix('/api/v1')}/pay/notify/wechat/{account}"
    before = facts(product, rival["slug"])
    statuses = notify(product, out_trade_no, copies=2, notify_url=url)
    assert all(400 <= status < 500 for status in statuses), statuses
    assert facts(product, rival["slug"]) == before
    shopper.wait_for(number, "TO_SHIP", seconds=70)  # its own shop finds the payment by asking


def test_nonsense_at_the_notice_door_is_refused(product, shop):
    door = f"{shop['api'].removesuffix('/api/v1')}/pay/notify"
    for path, body in (
        ("wechat/nobody", b"{}"),
        ("alipay/nobody", b"{}"),
        ("wechat/nobody?x=1", b"{}"),
        ("wechat/nobody", b"x" * 70_000),
    ):
        assert requests.post(f"{door}/{path}", data=body, timeout=10).status_code == 401
    assert requests.get(f"{door}/wechat/nobody", timeout=10).status_code == 405


def test_a_dropped_notice_is_found_by_asking(product, order):
    shopper, number, out_trade_no = order
    product.paysim("POST", "/_control/faults", mode="drop_notice", count=-1)
    pay(product, out_trade_no)
    shopper.wait_for(number, "TO_SHIP", seconds=60)
    clean(product)


@pytest.mark.parametrize("mode", ["duplicate_notice", "reorder_notice", "delay_notice"])
def test_duplicated_reordered_and_delayed_notices_settle_once(product, order, mode):
    shopper, number, out_trade_no = order
    before = facts(product)
    product.paysim("POST", "/_control/faults", mode=mode, count=1)
    pay(product, out_trade_no)
    shopper.wait_for(number, "TO_SHIP", seconds=60)
    assert [after - old for after, old in zip(facts(product), before, strict=True)][1:] == [1, 1]
    clean(product)


@pytest.mark.parametrize("mode", ["error_500", "reset_after_commit", "bad_signature"])
def test_a_provider_in_trouble_leaves_the_order_payable(product, shop, mode):
    made = prepare(product, "letterbox", members=1, skus=[[1500, 10]])
    shopper = Shopper(shop["api"])
    shopper.session.headers["Authorization"] = f"Bearer {made['members'][0]['token']}"
    shopper.address = made["members"][0]["address"]
    number = shopper.order([(made["skus"][0], 1)]).json()["number"]
    begin = "POST /v3/pay/transactions/jsapi"  # and not the question how somebody else's payment stands
    product.paysim("POST", "/_control/faults", mode=mode, count=1, match=begin)
    answer = shopper.call("POST", f"orders/{number}/pay", {"provider": "wechat"}, secrets.token_hex(8))
    assert (answer.status_code, answer.json()["code"]) == (503, "payment_pending")
    out_trade_no = shopper.start_paying(number)["out_trade_no"]
    pay(product, out_trade_no)
    shopper.wait_for(number, "TO_SHIP")
    charges = [row for row in product.book()["charges"] if row["out_trade_no"] == out_trade_no]
    assert len(charges) == 1
