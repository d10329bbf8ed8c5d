"""Units and money of order lines that go back: held first, so that nothing goes back twice, then refunded."""

from collections.abc import Mapping

from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.core.errors import ShopError
from shop.core.events import publish
from shop.inventory import services as inventory
from shop.orders.models import Order, OrderLine
from shop.orders.services import limits, points, promoting
from shop.orders.services.transitions import move, note
from shop.pricing.refunds import share_of_units
from shop.promotions import services as promotions


def share_of(line: OrderLine, units: int) -> int:
    """Return what `units` of those not held yet are worth, in fen; the last units are worth all that is left."""
    return share_of_units(line.total, line.quantity, line.held_quantity, line.held_amount, units)


def hold(line: OrderLine, units: int) -> int:
    """Hold units of a line (its row is locked) and return their money in fen.

    ShopError: 409 `refund_exceeds_payment` when fewer are left.
    """
    if not 1 <= units <= line.quantity - line.held_quantity:
        raise _exceeded()
    amount = share_of(line, units)
    unchanged = OrderLine.objects.filter(pk=line.pk, held_quantity=line.held_quantity, held_amount=line.held_amount)
    if not unchanged.update(held_quantity=F("held_quantity") + units, held_amount=F("held_amount") + amount):
        raise _exceeded()
    return amount


def _exceeded() -> ShopError:
    return ShopError("refund_exceeds_payment", _("退款金额超过可退金额"), status=409)


def free(line_pk: int, units: int, amount: int) -> None:
    """Let units and their money, held but not refunded, be asked for again."""
    OrderLine.objects.filter(pk=line_pk).update(
        held_quantity=F("held_quantity") - units, held_amount=F("held_amount") - amount
    )


def give_up(order: Order, units: Mapping[int, int], *, cause: str, actor: str, reason: str) -> bool:
    """Count held units (order line pk → units) of a paid order, whose row is locked, as refunded; once per `cause`.

    Units that were not sent go back to stock and can be sent no more; they are taken before those that were.
    True when nothing is left of an order of which nothing was sent: then it is cancelled.
    """
    lines = OrderLine.objects.filter(order=order, pk__in=units).select_related("order", "sku__product").order_by("pk")
    given = {line: units[line.pk] for line in lines}
    is_whole = not _others_left(order, given)
    if is_whole:
        given |= {gift: gift.quantity for gift in _gifts(order)}
    taken = {line: back for line, count in given.items() if (back := _give_up(line, count))}
    release_taken(order, given, cause=cause)
    put_back(order, taken, cause=cause, actor=actor)
    if not is_whole or _is_sent(order):
        note(order, action="after_sale_refunded", actor=actor, text=reason)
        return False
    return _end(order, actor=actor, reason=reason)


def release_taken(order: Order, units: Mapping[OrderLine, int], *, cause: str) -> None:
    """Give back what units of an order, whose row is locked, took of promotions and points; once per `cause`.

    They are booked as refunded already; the lines are as they were before that. What of them may be sold again is put
    back after this: stock is locked last, as placing takes it.
    """
    if _others_left(order, {}):
        promoting.release_units(order, units)
    else:
        promoting.release(order)
    for line, count in units.items():  # after the limits, as placing takes them
        points.refund_units(order, line, count, cause=cause)


def _others_left(order: Order, given: Mapping[OrderLine, int]) -> bool:
    """Return whether units that the buyer bought will be left when these are gone."""
    gone = {line.pk: count for line, count in given.items()}
    rows = order.lines.bought().values_list("pk", "quantity", "refunded_quantity")
    return any(quantity - refunded > gone.get(pk, 0) for pk, quantity, refunded in rows)


def _gifts(order: Order) -> list[OrderLine]:
    """Return gifts that are still here: they stay when nothing is left of the order that they came with."""
    kept = order.lines.filter(is_gift=True, refunded_quantity=0, shipped_quantity=0)
    return list(kept.select_related("order", "sku__product").order_by("pk"))


def put_back(order: Order, taken: Mapping[OrderLine, int], *, cause: str, actor: str) -> None:
    """Put units of a paid order's lines back into the stock that they came from; once per `cause`."""
    back: dict[tuple[int, str], int] = {}
    for line, count in taken.items():
        back[line.stock_key] = back.get(line.stock_key, 0) + count
    if back:
        with promotions.coming_back(back):
            inventory.put_back(order.number, back, cause=cause, actor=actor)


def _is_sent(order: Order) -> bool:
    return order.lines.filter(shipped_quantity__gt=0).exists()


def _give_up(line: OrderLine, units: int) -> int:
    """Return how many of the units may be sold again: those that nobody has."""
    unsent = min(units, line.units_unsent)
    is_service = line.kind == Product.Kind.SERVICE
    free = {"held_quantity": F("quantity")} if line.is_gift else {}
    OrderLine.objects.filter(pk=line.pk).update(
        refunded_quantity=F("refunded_quantity") + units,
        open_units=F("open_units") - (units - unsent if is_service else 0),
        **free,
    )
    limits.give_back_units(line, units)
    return units if is_service else unsent


def _end(order: Order, *, actor: str, reason: str) -> bool:
    old, new = Order.State.TO_SHIP, Order.State.CANCELLED
    ended = {"cancel_reason": Order.CancelReason.REFUNDED, "cancelled_at": Now()}
    if not move(order, old, new, actor=actor, action="refunded", note=reason[:200], **ended):
        return False
    limits.give_back(order)
    publish("order.cancelled", "order", order.number)
    return True
