"""Units of activities that come back while others do, or are ordered: nobody waits for who waits for him."""

import pytest
from django.db import OperationalError, transaction
from django.db.models import Sum

from shop.inventory import buckets
from shop.inventory.models import StockItem
from shop.orders import services as orders
from shop.orders.models import Order
from shop.orders.services import holding
from shop.promotions.models import Use
from shop.promotions.services import end_activity
from tests.factories import make_address, make_member, make_sku
from tests.promotions.activities import buy, make_activity, paid, refund, unsound
from tests.race import Meeting, meanwhile, refused, together
from tests.shop.members import committed_shop  # noqa: F401

pytestmark = pytest.mark.race


def buyer():
    found = make_member()
    found.address = make_address(found)
    return found


def session(*skus, **limits):
    items = [(sku, {"price": 500, "units": 5}) for sku in skus]
    return make_activity("flash_sale", items=items, has_stock=True, excludes=[1, 2, 3, 4], **limits)


def cancel(order):
    return orders.mark_cancelled(order, Order.CancelReason.MEMBER, actor="test")


def on_hand(**of):
    return StockItem.objects.filter(**of).aggregate(units=Sum("on_hand"))["units"]


def test_orders_of_two_skus_of_a_session_that_is_over_are_cancelled_at_once(committed_shop, monkeypatch):  # noqa: F811
    skus = [make_sku(price=1_000), make_sku(price=1_000)]
    activity = session(*skus)
    placed = [buy(buyer(), (sku, 1), activity=activity) for sku in skus]
    end_activity(activity, actor="test")
    first, second = [lambda order=order: cancel(order) for order in placed]
    assert meanwhile(committed_shop, monkeypatch, (buckets, "drain"), first, second) == [True, True]
    assert (on_hand(bucket=""), on_hand(bucket=activity.key)) == (20, 0)
    assert unsound() == {}


def test_an_order_at_both_prices_is_cancelled_beside_one_at_the_low_price(committed_shop, monkeypatch):  # noqa: F811
    sku = make_sku(price=1_000)
    activity = session(sku)
    low, member = buy(buyer(), (sku, 1), activity=activity), buyer()
    wanted = [orders.Wanted(sku.key, 1), orders.Wanted(sku.key, 1, (activity.tool, activity.key))]
    both = orders.place_order(member, orders.OrderRequest(items=wanted, address=member.address.key))
    end_activity(activity, actor="test")
    done = meanwhile(committed_shop, monkeypatch, (buckets, "drain"), lambda: cancel(low), lambda: cancel(both))
    assert done == [True, True]
    assert (on_hand(bucket=""), on_hand(bucket=activity.key)) == (10, 0)
    assert unsound() == {}


def test_units_come_back_while_another_member_takes_part(committed_shop, monkeypatch):  # noqa: F811
    sku = make_sku(price=1_000)
    activity = session(sku, most_members=10)
    order, member = paid(buyer(), (sku, 1), activity=activity), buyer()

    @transaction.atomic
    def back():
        return refund(Order.objects.select_for_update().get(pk=order.pk), {1: 1}, "back")

    place = (holding, "release_taken")
    fen, other = meanwhile(committed_shop, monkeypatch, place, back, lambda: buy(member, (sku, 1), activity=activity))
    assert (fen, other.total, Use.objects.get(kind="ALL").units) == (500, 500, 1)
    assert unsound() == {}


def test_control_stock_before_counts_is_a_deadlock(committed_shop):  # noqa: F811
    sku = make_sku(price=1_000)
    activity = session(sku, most_members=10)
    buy(buyer(), (sku, 1), activity=activity)
    meeting = Meeting()
    rows = [StockItem.objects.filter(bucket=activity.key), Use.objects.filter(kind="ALL")]

    def naive(first, second):
        with transaction.atomic():
            list(first.select_for_update())
            meeting.wait()
            list(second.select_for_update())

    results = together(committed_shop, lambda: naive(*rows), lambda: naive(*rows[::-1]))
    assert refused(results) == 1
    assert [type(each) for each in results if isinstance(each, Exception)] == [OperationalError]
