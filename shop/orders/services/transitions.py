"""Where an order goes next. Every move is one conditional UPDATE on the old state and one line in the log."""

from enum import Enum
from typing import Any

from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.core.errors import ShopError
from shop.core.events import publish
from shop.core.models import IdempotencyRecord
from shop.core.money import allocate, yuan
from shop.inventory import services as inventory
from shop.members import services as members
from shop.orders.models import Order, OrderEvent, OrderLine, OrderPromotion, stock_units
from shop.orders.services import limits, points, promoting
from shop.promotions import services as promotions
from tenants import due

SYSTEM = "system"
BY_HAND = "manual"
State = Order.State
_BY_HAND = Q(promotions__tool=BY_HAND)


class Outcome(Enum):
    """What money did to an order: PAID it, found it paid ALREADY, or came too LATE (or does not fit it)."""

    PAID = "PAID"
    ALREADY = "ALREADY"
    LATE = "LATE"


def move(order: Order, old: str, new: str, *, actor: str, action: str, note: str = "", **changes: Any) -> bool:
    """Take the order from `old` to `new` with `changes`; False when it is not in `old` (any more)."""
    if new not in Order.NEXT[State(old)]:
        raise ValueError(f"{old} -> {new} is no edge")
    if not Order.objects.filter(pk=order.pk, state=old).update(state=new, **changes):
        return False
    OrderEvent.objects.create(order=order, actor=actor, action=action, before=old, after=new, note=note)
    return True


@transaction.atomic
def mark_paid(order: Order, amount: int) -> Outcome:
    """Record that `amount` fen arrived for an unpaid order of exactly that total; otherwise change nothing.

    An order that a promotion takes no more (a group that is full) is cancelled, and its money LATE.
    """
    fits = Order.objects.filter(pk=order.pk, total=amount).exists()
    target = _paid_state(order) if fits else None
    if fits and target is None:
        mark_cancelled(order, Order.CancelReason.TOO_LATE, actor=SYSTEM)
    if target and move(
        order, State.UNPAID, target, actor=SYSTEM, action="paid", paid=amount, paid_at=Now(), cancelled_at=None
    ):
        members.free_unpaid_slot(order.member_id)
        _paid(order)
        return Outcome.PAID
    paid = Order.objects.filter(pk=order.pk, paid__gt=0).exists()
    return Outcome.ALREADY if paid else Outcome.LATE


def _paid_state(order: Order, old: str = State.UNPAID) -> str | None:
    """Return where a payment takes the order: to be sent, or to wait for others; None when a promotion refuses it."""
    used = promoting.tools_of(order)
    if not used or not Order.objects.select_for_update().filter(pk=order.pk, state=old).exists():
        return State.TO_SHIP
    if old == State.UNPAID:  # its slot is freed below; placing has the member before what promotions keep of him
        members.lock_slots(order.member_id)
    if not promoting.paid(order, used):
        return None
    return State.WAIT_GROUP if promoting.holds(order, used) else State.TO_SHIP


@transaction.atomic
def release_hold(order: Order, *, note: str) -> bool:
    """Let an order that waited for others be sent; False when it does not wait (any more)."""
    if not move(order, State.WAIT_GROUP, State.TO_SHIP, actor=SYSTEM, action="group_complete", note=note):
        return False
    publish("order.released", "order", order.number)
    return True


@transaction.atomic
def reopen(order: Order, amount: int) -> bool:
    """Take an expired order up again for money that came late.

    False when its stock is gone, the member has used up a limit meanwhile, or it was cancelled.
    """
    expired = Order.objects.filter(
        pk=order.pk, total=amount, state=State.CANCELLED, cancel_reason=Order.CancelReason.EXPIRED
    )
    if not expired.select_for_update().exists():
        return False
    try:
        with transaction.atomic():
            _take_up(order, amount)
    except ShopError:  # sold out, past a limit, the points or a coupon spent, or too late for a promotion
        return False
    _paid(order)
    return True


def _take_up(order: Order, amount: int) -> None:
    """Let an expired order, whose row is locked, have again all that it had taken; ShopError when that is gone."""
    lines = list(order.lines.all())
    skus = [line.sku_id for line in lines if not line.is_gift]
    promoting.claim_again(order)
    target = _paid_state(order, State.CANCELLED)
    if target is None:
        raise ShopError("activity_over", _("活动已结束或不存在"), status=409)
    move(
        order,
        State.CANCELLED,
        target,
        actor=SYSTEM,
        action="paid_late",
        paid=amount,
        paid_at=Now(),
        cancelled_at=None,
        cancel_reason="",
    )
    limits.count(order.member, order, Product.objects.filter(skus__in=skus, most_per_member__gt=0))
    points.spend(order, lines, key="reopened")
    inventory.reserve(order.number, stock_units(lines), None)


def _paid(order: Order) -> None:
    inventory.commit(order.number, actor=SYSTEM)
    due.cancel("orders.expire", order.number)
    publish("order.paid", "order", order.number)


@transaction.atomic
def mark_cancelled(order: Order, reason: str, *, actor: str, note: str = "") -> bool:
    """Cancel an unpaid order and free its stock, with what staff say of it; False when it is not unpaid any more."""
    if not move(
        order,
        State.UNPAID,
        State.CANCELLED,
        actor=actor,
        action="cancelled",
        note=note or str(Order.CancelReason(reason).label),
        cancel_reason=reason,
        cancelled_at=Now(),
    ):
        return False
    members.free_unpaid_slot(order.member_id)
    limits.give_back(order)
    promoting.release(order)
    points.give_back(order, key="cancelled")
    with promotions.coming_back(order.lines.stock_units()):
        inventory.release(order.number)
    due.cancel("orders.expire", order.number)
    publish("order.cancelled", "order", order.number)
    return True


@transaction.atomic
def mark_refunded(order: Order, *, actor: str, note: str) -> None:
    """Cancel a paid order of which nothing was shipped and put its goods back.

    ShopError: 409 `not_refundable`, `card_delivered`, `after_sale_exists`.
    """
    locked = Order.objects.select_for_update().get(pk=order.pk)  # a package leaves under this lock too
    if locked.state == State.TO_SHIP and order.lines.filter(held_quantity__gt=0).exists():
        raise ShopError("after_sale_exists", _("订单里有售后，请在售后单里退款"), status=409)
    shipped = set(order.lines.filter(shipped_quantity__gt=0).values_list("kind", flat=True))
    if Product.Kind.CARD in shipped:
        raise ShopError("card_delivered", _("卡密已经发出，不能整单退款"), status=409)
    unshipped = not shipped
    if not unshipped or not move(
        order,
        State.WAIT_GROUP if locked.state == State.WAIT_GROUP else State.TO_SHIP,
        State.CANCELLED,
        actor=actor,
        action="refunded",
        note=note,
        cancel_reason=Order.CancelReason.REFUNDED,
        cancelled_at=Now(),
    ):
        raise ShopError("not_refundable", _("只有未发货的订单可以整单退款"), status=409)
    limits.give_back(order)
    promoting.release(order)
    points.give_back(order, key="refunded")
    units = order.lines.stock_units()
    OrderLine.objects.filter(order=order).update(
        refunded_quantity=F("quantity"), held_quantity=F("quantity"), held_amount=F("total")
    )
    with promotions.coming_back(units):
        inventory.put_back(order.number, units, cause=order.number, actor=actor)
    publish("order.cancelled", "order", order.number)


@transaction.atomic
def complete(order: Order, *, actor: str) -> bool:
    """Record that the goods were received; False when the order is not on its way, or a service of it is open."""
    Order.objects.select_for_update().get(pk=order.pk)  # units of two services are used up one after the other
    if order.lines.filter(open_units__gt=0).exists():
        return False
    if not move(order, State.SHIPPED, State.COMPLETED, actor=actor, action="received", completed_at=Now()):
        return False
    points.grant(order)
    publish("order.completed", "order", order.number)
    return True


def complete_virtual(order: Order, *, actor: str) -> bool:
    """Complete an order that holds nothing to be received, once no service of it is open; False otherwise."""
    return order.fulfilment_kind == Order.Fulfilment.VIRTUAL and complete(order, actor=actor)


@transaction.atomic
def note(order: Order, *, action: str, actor: str, text: str) -> None:
    """Write a line that changes no state into the order's log."""
    state = Order.objects.select_for_update().get(pk=order.pk).state
    OrderEvent.objects.create(order=order, actor=actor, action=action, before=state, after=state, note=text[:200])


@transaction.atomic
def reprice(order: Order, *, goods: int, freight: int, actor: str) -> None:
    """Set what the goods and the freight of an unpaid order cost, in fen; what promotions took off stays as it is.

    The caller has closed every open attempt: money for the old price must not be on its way.
    ShopError when the order is not unpaid, or the goods would cost more than their lines.
    """
    locked = Order.objects.select_for_update().filter(pk=order.pk, state=State.UNPAID).first()
    if locked is None:
        raise ShopError("not_unpaid", _("只有待付款的订单可以改价"), status=409)
    lines = list(locked.lines.annotate(manual=Coalesce(Sum("promotions__amount", filter=_BY_HAND), 0)))
    prices = [line.total + line.manual for line in lines]  # what they cost before anybody changed it by hand
    off = sum(prices) - goods
    if off < 0 or goods < 0 or freight < 0 or goods + freight < 1:
        raise ShopError("price_invalid", _("改价后的金额不正确"))
    for line, share in zip(lines, allocate(off, prices), strict=True):
        _change_by_hand(line, share - line.manual)
    Order.objects.filter(pk=order.pk).update(discount=locked.subtotal - goods, freight=freight, total=goods + freight)
    note = f"{yuan(locked.total)} → {yuan(goods + freight)}"
    OrderEvent.objects.create(
        order=order, actor=actor, action="repriced", before=State.UNPAID, after=State.UNPAID, note=note
    )
    publish("order.repriced", "order", order.number)


def _change_by_hand(line: OrderLine, extra: int) -> None:
    if extra:
        OrderLine.objects.filter(pk=line.pk).update(discount=F("discount") + extra, total=F("total") - extra)
        OrderPromotion.objects.create(order_id=line.order_id, line=line, tool=BY_HAND, amount=extra)


def erase_member(member_pk: int) -> None:
    """Blank the personal data in a member's orders and stored answers; money and numbers stay."""
    IdempotencyRecord.objects.filter(owner=f"order:{member_pk}").delete()
    Order.objects.filter(member_id=member_pk).update(
        name_sealed="", phone_sealed="", phone_digest="", phone_last4="", detail_sealed="", remark=""
    )
    OrderLine.objects.filter(order__member_id=member_pk).exclude(form=[]).update(form=[], personal_answers_sealed="")
