"""Groups: opened, joined, completed and failed. Seats are taken by one conditional UPDATE of the group's row.

Locks: an order's row before its group's. Whatever a group does to the orders of others is a due-row for each of them,
so that nobody holds a group and waits for an order, and one order that fails stops no other.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from payments.services.refunding import refund_order
from shop.core import rewards
from shop.core.errors import ShopError
from shop.core.events import publish
from shop.marketing.group_buy.models import Group, Seat
from shop.orders import services as orders
from shop.orders.models import Order
from shop.promotions.contract import Placed
from shop.promotions.models import Activity
from tenants import due
from tenants.models import new_key

TOOL = "group_buy"
OPEN_NEW = "OPEN"

# A group's time begins and ends by the database's clock. None is opened that nobody could join any more: unless its
# first payer alone is enough for the shop, its money would only be held for hours.
_OPEN = """
INSERT INTO group_buy_group (key, activity_id, size, state, leader_id, paid, virtual, expires_at)
SELECT %s, activity.id, %s, 'OPEN', %s, 1, 0,
       statement_timestamp() + make_interval(hours => (activity.rule->>'hours')::int)
FROM promotions_activity activity
WHERE activity.id = %s AND (
    (activity.state = 'ON' AND activity.ends_at > statement_timestamp())
    OR COALESCE((activity.rule->>'virtual_share')::int, 0) BETWEEN 1 AND 100 / %s)
RETURNING id
"""

_JOIN = """
UPDATE group_buy_group SET paid = paid + 1,
    state = CASE WHEN paid + 1 = size THEN 'SUCCESS' ELSE 'OPEN' END,
    done_at = CASE WHEN paid + 1 = size THEN statement_timestamp() END
WHERE id = %s AND state = 'OPEN' AND expires_at > statement_timestamp() AND paid < size
RETURNING state
"""


def reserve_seat(order: Placed, activity: Activity, *, group: Group | None, size: int) -> None:
    """Take a seat for a new order. ShopError 409 `group_already_joined` while the member has a live one."""
    try:
        with transaction.atomic():
            Seat.objects.create(order=order.number, activity=activity, group=group, member_id=order.member, size=size)
    except IntegrityError as error:
        raise _joined() from error


def take_seat_again(order: Placed) -> bool:
    """Let an order that is taken up again have its seat back; False when it never had one."""
    left = Seat.objects.filter(order=order.number, state=Seat.State.LEFT)
    try:
        with transaction.atomic():
            return left.update(state=Seat.State.UNPAID, is_live=True) == 1
    except IntegrityError as error:
        raise _joined() from error


def _joined() -> ShopError:
    return ShopError("group_already_joined", _("您已经参加了这个拼团，请先完成或取消"), status=409)


def seat_paid(order: str) -> bool:
    """Give the order its seat in its group, or open one; False when it is too late for both: its money goes back."""
    seat = Seat.objects.select_related("activity", "group").filter(order=order, state=Seat.State.UNPAID).first()
    if seat is None:
        return True
    if seat.group is None:
        return _open(seat)
    state = _join(seat.group.pk)
    if state is None:
        if seat.activity.rule.get("when_full") != OPEN_NEW:
            return False
        return _open(seat)
    _sit(seat, seat.group.pk)
    if state == Group.State.SUCCESS:
        _completed(seat.group.pk)
    return True


def _open(seat: Seat) -> bool:
    key = new_key()
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [key, seat.size, seat.member_id, seat.activity_id, seat.size])
        row = cursor.fetchone()
    if row is None:
        return False
    _sit(seat, row[0])
    due.schedule("group_buy.expire", key, after=timedelta(hours=seat.activity.rule["hours"]))
    publish("group.opened", "group", key)
    return True


def _join(group: int) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute(_JOIN, [group])
        row = cursor.fetchone()
    return row[0] if row else None


def _sit(seat: Seat, group: int) -> None:
    Seat.objects.filter(pk=seat.pk).update(group=group, state=Seat.State.PAID, paid_at=Now())


def _completed(pk: int) -> None:
    """Let the orders of a complete group go on, each in work of its own."""
    group = Group.objects.get(pk=pk)
    for order in _paid_orders(group):
        due.schedule("group_buy.release", order)
    Seat.objects.filter(group=pk, state=Seat.State.PAID).update(is_live=False)
    due.cancel("group_buy.expire", group.key)
    publish("group.completed", "group", group.key)


def _paid_orders(group: Group) -> list[str]:
    seats = group.seats.filter(state=Seat.State.PAID)
    return list(seats.values_list("order", flat=True))


def waits(order: str) -> bool:
    """Return whether the order's group is not complete yet."""
    return Seat.objects.filter(order=order, group__state=Group.State.OPEN).exists()


@transaction.atomic
def expire(key: str) -> due.Again | None:
    """Due handler: end a group whose time is over: completed without the rest where the shop wants that, or failed."""
    group = Group.objects.select_for_update().filter(key=key, state=Group.State.OPEN).first()
    if group is None:
        return None
    if not Group.objects.filter(pk=group.pk, expires_at__lte=Now()).exists():
        return due.Again(1)
    share = group.activity.rule.get("virtual_share", 0)
    if share and group.paid * 100 >= share * group.size:
        Group.objects.filter(pk=group.pk).update(
            state=Group.State.SUCCESS, virtual=F("size") - F("paid"), done_at=Now()
        )
        _completed(group.pk)
    else:
        _fail(group)
    return None


def _fail(group: Group) -> None:
    """Fail a group whose row is locked, and have every paid order refunded, each in work of its own."""
    Group.objects.filter(pk=group.pk).update(state=Group.State.FAILED, done_at=Now())
    for order in _paid_orders(group):
        due.schedule("group_buy.refund", order)
    Seat.objects.filter(group=group.pk, state=Seat.State.PAID).update(is_live=False)
    due.cancel("group_buy.expire", group.key)
    publish("group.failed", "group", group.key)


def release_order(number: str) -> None:
    """Due handler: let a paid order of a complete group be sent. Repeating has no effect."""
    if Seat.objects.filter(order=number, state=Seat.State.PAID, group__state=Group.State.SUCCESS).exists():
        orders.release_hold(Order.objects.get(number=number), note=str(_("已成团")))


def refund_failed(number: str) -> None:
    """Due handler: give the money of an order of a failed group back. Repeating has no effect."""
    order = Order.objects.get(number=number)
    failed = Seat.objects.filter(order=number, state=Seat.State.PAID, group__state=Group.State.FAILED)
    if order.state == Order.State.WAIT_GROUP and failed.exists():
        refund_order(order, reason=str(_("拼团未成功，自动退款")), actor=orders.SYSTEM)


@transaction.atomic
def reward_leader(group: Group) -> None:
    """Give the leader of a complete group its reward, once, unless all of his order in it went back already."""
    seat = group.seats.filter(member=group.leader_id, state=Seat.State.PAID).first()
    # A refund of the order comes before this, or after it and takes the reward back.
    order = Order.objects.select_for_update().filter(number=seat.order).first() if seat else None
    if order and order.lines.kept().exists():
        _reward(group, rewards.grant)


def _reward(group: Group, act: Callable[[str, int, dict[str, Any], str], bool]) -> None:
    if reward := group.activity.rule.get("leader_reward"):
        spec = {"quantity": reward["quantity"], "ref": reward.get("ref", "")}
        act(reward["kind"], group.leader_id, spec, f"group:{group.key}:leader")


def leave(order: str) -> None:
    """Free the seat of an order that ended before its group was done; a seat in a group that is done stays as it was.

    When the leader leaves, the member who paid first leads; a group without members has failed. The leader of a
    complete group loses the reward.
    """
    seat = Seat.objects.filter(order=order).first()
    if seat is None or seat.state == Seat.State.LEFT:
        return
    if seat.state == Seat.State.UNPAID:
        Seat.objects.filter(pk=seat.pk, state=Seat.State.UNPAID).update(state=Seat.State.LEFT, is_live=False)
        return
    group = Group.objects.select_for_update().get(pk=seat.group_id)
    if group.state == Group.State.OPEN:
        _leave(group, seat)
    elif group.state == Group.State.SUCCESS and group.leader_id == seat.member_id:
        _reward(group, rewards.take_back)


def _leave(group: Group, seat: Seat) -> None:
    left = Seat.objects.filter(pk=seat.pk, state=Seat.State.PAID).update(state=Seat.State.LEFT, is_live=False)
    if not left:
        return
    first = group.seats.filter(state=Seat.State.PAID).order_by("paid_at", "pk").first()
    if first is None:
        _fail(group)
        return
    changes = {"leader": first.member_id} if group.leader_id == seat.member_id else {}
    Group.objects.filter(pk=group.pk).update(paid=F("paid") - 1, **changes)


def joinable(keys: set[str]) -> dict[str, Group]:
    """Return key → group, of those that may be joined now."""
    named = keys - {""}
    return {group.key: group for group in Group.objects.open().filter(key__in=named)} if named else {}
