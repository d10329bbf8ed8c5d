"""What the list and the page of an order say at a glance: flags, states, parcels."""

import re

import pytest

from shop.fulfilment import services
from shop.orders.models import Order
from shop.orders.services import mark_paid
from tests.factories import broken, make_member, make_order, make_sku
from tests.shop.admin_browser import browser_of, owner

ORDERS = "/admin/orders/order/"


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def paid(*items, member=None):
    order = make_order(member, *items)
    mark_paid(order, order.total)
    return order


@pytest.mark.parametrize("flag", ["RED", "YELLOW", "GREEN", "BLUE", "PURPLE"])
def test_every_flag_is_given_to_several_orders_at_once(browser, flag):
    orders = [make_order(), make_order()]
    chosen = {"_selected_action": [str(order.pk) for order in orders]}
    browser.post(ORDERS, chosen | {"action": f"flag_{flag.lower()}"})
    assert set(Order.objects.values_list("flag", flat=True)) == {flag}
    assert f"weipu-flag is-{flag.lower()}" in browser.get(ORDERS).content.decode()
    browser.post(ORDERS, chosen | {"action": "flag_none"})
    assert set(Order.objects.values_list("flag", flat=True)) == {""}


def test_flags_are_chosen_by_colour(browser):
    page = browser.get(f"{ORDERS}{make_order().pk}/remark/").content.decode()
    assert re.findall(r'weipu-flag is-(\w+)" aria-hidden="true"></span>(..)', page) == [
        ("red", "红旗"),
        ("yellow", "黄旗"),
        ("green", "绿旗"),
        ("blue", "蓝旗"),
        ("purple", "紫旗"),
    ]


def test_the_filter_offers_no_state_that_cannot_occur(browser):
    page = browser.get(ORDERS).content.decode()
    states = re.search(r'<select name="state".*?</select>', page, re.S).group(0)
    assert re.findall(r'value="(\w*)"', states) == ["", "UNPAID", "TO_SHIP", "SHIPPED", "COMPLETED", "CANCELLED"]


def test_the_log_names_every_parcel(browser):
    order = paid((make_sku(), 3))
    line = order.lines.get().pk
    parcels = [services.Parcel({line: 1}, "sf", f"SF000000000{index}") for index in range(3)]
    services.ship_parcels(order, parcels, actor="clerk")
    rows = order.events.exclude(action="paid").order_by("pk").values_list("action", "after", "note")
    assert list(rows) == [
        ("parcel_shipped", "TO_SHIP", "SF0000000000"),
        ("parcel_shipped", "TO_SHIP", "SF0000000001"),
        ("shipped", "SHIPPED", "SF0000000002"),
    ]
    page = browser.get(f"{ORDERS}{order.pk}/change/").content.decode()
    assert page.count("部分发货 · SF") == 2
    assert broken() == {"I5": 1}  # the order was marked paid without a payment


def test_the_name_of_a_list_of_choices_stands_above_it(browser):
    member, sku = make_member(), make_sku()
    one, _two = (paid((sku, 1), member=member) for _ in range(2))
    page = browser.get(f"{ORDERS}{one.pk}/together/").content.decode()
    assert page.index("一起发出的订单") < page.index('name="others"')
