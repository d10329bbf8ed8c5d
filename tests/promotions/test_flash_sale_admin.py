"""The pages of flash sales: a session made, published and copied by staff."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from shop.inventory.models import StockItem
from shop.promotions.models import Activity
from tests.factories import make_sku
from tests.shop.admin_browser import browser_of, owner

LIST = "/admin/flash_sale/flashsale/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def typed(*rows, **fields):
    limits = ("most_per_member", "most_per_order", "most_per_phone", "most_per_address", "most_members")
    values = {"title": "十点场", "starts_at": "2030-05-01T10:00", "ends_at": "2030-05-01T12:00", "pay_minutes": ""}
    return {**values, "items": json.dumps(rows), "stacks": ["5"], **dict.fromkeys(limits, "0"), **fields}


def test_a_session_is_made_published_with_its_stock_and_copied(browser):
    cup, tea = make_sku(price=1_990, stock=9), make_sku(price=999, stock=9)
    rows = [{"sku": cup.pk, "price": "9.9", "units": "3"}, {"sku": tea.pk, "price": "1", "units": "2"}]
    browser.post(f"{LIST}add/", typed(*rows, most_per_member="1", most_members="50"))
    session = Activity.objects.get()
    assert list(session.items.values_list("sku", "price", "units")) == [(cup.pk, 990, 3), (tea.pk, 100, 2)]
    assert (session.tool, session.summary) == ("flash_sale", "秒杀低至 1 元，每人限 1 件")
    assert (session.has_stock, session.excludes, session.pay_minutes) == (True, [1, 2, 3, 4], None)
    assert (session.most_per_member, session.most_members) == (1, 50)
    browser.post(f"{LIST}{session.pk}/publish/")
    carved = StockItem.objects.filter(bucket=session.key).order_by("pk").values_list("on_hand", flat=True)
    assert (Activity.objects.get().state, list(carved)) == ("ON", [3, 2])
    browser.post(f"{LIST}{session.pk}/copy/")
    copied = Activity.objects.order_by("pk").last()
    assert (copied.state, copied.has_stock, [item.units for item in copied.items.all()]) == ("DRAFT", True, [3, 2])


def test_a_new_session_lasts_two_hours_from_the_next_full_one(browser):
    form = browser.get(f"{LIST}add/").context["adminform"].form
    begins = form.initial["starts_at"]
    assert timedelta() < begins - timezone.now() <= timedelta(hours=1)
    assert (begins.minute, form.initial["ends_at"] - begins, form.initial["stacks"]) == (0, timedelta(hours=2), [5])
    assert form.fields["pay_minutes"].help_text == "不填为 5 分钟"


@pytest.mark.parametrize(
    ("row", "cell", "told"),
    [
        ({"price": "", "units": "3"}, "price", "请填写秒杀价"),
        ({"price": "19.90", "units": "3"}, "price", "要低于原价 19.90 元，最低 0.01 元"),
        ({"price": "1", "units": ""}, "units", "请填写活动库存"),
    ],
)
def test_a_row_that_lacks_something_is_marked(browser, row, cell, told):
    sku = make_sku(price=1_990)
    page = browser.post(f"{LIST}add/", typed({"sku": sku.pk, **row})).content.decode()
    marked = json.loads(re.search(r"<script data-errors [^>]*>(.*?)</script>", page)[1])
    assert marked == {f"items[0].{cell}": told}
    assert not Activity.objects.exists()
    assert "请选择商品，并填写秒杀价和活动库存" in browser.post(f"{LIST}add/", typed()).content.decode()
