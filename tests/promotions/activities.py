"""What tests of promotions share: activities that run, orders in them."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from shop.core.auditing import violations
from shop.orders import services as orders
from shop.orders.models import Order
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.services import publish_activity


def make_activity(tool="limited_discount", *, items=(), begins=-60, lasts=3600, published=True, **fields):
    """An activity of `items` (SKU, {price, units, details}) that began a minute ago; times in seconds."""
    starts_at = timezone.now() + timedelta(seconds=begins)
    activity = Activity.objects.create(
        tool=tool,
        title=fields.pop("title", "活动"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(seconds=lasts),
        **fields,
    )
    for sku, values in items:
        ActivityItem.objects.create(activity=activity, sku=sku, **values)
    if published:
        publish_activity(activity, actor="test")
        activity.refresh_from_db()
    return activity


def end_now(activity):
    """Let the time of an activity be over; nobody has ended it yet."""
    now = timezone.now()
    Activity.objects.filter(pk=activity.pk).update(
        starts_at=now - timedelta(hours=2), ends_at=now - timedelta(seconds=1)
    )


def request_of(member, *items, activity=None, **fields):
    name = (activity.tool, activity.key) if activity else None
    wanted = [orders.Wanted(sku.key, quantity, name) for sku, quantity in items]
    return orders.OrderRequest(items=wanted, address=member.address.key, **fields)


def buy(member, *items, **fields):
    return orders.place_order(member, request_of(member, *items, **fields))


def attempt(member, *items, **fields):
    """Buy what may be refused: the test goes on in its transaction."""
    with transaction.atomic():
        return buy(member, *items, **fields)


def quoted(member, *items, **fields):
    return orders.preview(member, request_of(member, *items, **fields)).quote


def paid(member, *items, **fields):
    order = buy(member, *items, **fields)
    assert orders.mark_paid(order, order.total) == orders.Outcome.PAID
    return Order.objects.get(pk=order.pk)


def refund(order, units, cause):
    """Refund units (place of the line → units) as an after-sale does; return the fen that go back."""
    by_place = {line.position: line for line in order.lines.all()}
    fen = sum(orders.hold(by_place[place], count) for place, count in units.items())
    wanted = {by_place[place].pk: count for place, count in units.items()}
    orders.give_up(order, wanted, cause=cause, actor="test", reason="退")
    return fen


def unsound():
    """Invariants of prices, promotions and stock that do not hold; no money moves in these tests."""
    about = {"I1", "I2", "I3", "I4", "I10", "I11", "I13", "I14", "I24"}
    return {code: count for code, count in violations().items() if count and code in about}
