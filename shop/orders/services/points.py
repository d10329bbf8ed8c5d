"""Points of an order: spent when it is placed, given back with its units, earned when it is complete (§9)."""

from collections.abc import Iterable

from shop.ledgers import services as ledgers
from shop.ledgers.services import Cause
from shop.orders.models import Order, OrderLine
from shop.pricing.refunds import share_of_units


def spend(order: Order, lines: Iterable[OrderLine], *, key: str = "placed") -> None:
    """Take the points that pay for these lines. ShopError 409 `points_insufficient`."""
    if used := sum(line.points_used for line in lines):
        ledgers.spend(order.member_id, used, cause=Cause.SPENT, key=f"order:{order.number}:{key}", ref=order.number)


def give_back(order: Order, *, key: str) -> None:
    """Give back what was spent on units that were not refunded; once per `key`."""
    back = sum(_share(line, line.points_used, line.quantity - line.refunded_quantity) for line in order.lines.all())
    ledgers.post(order.member_id, back, cause=Cause.RETURNED, key=f"order:{order.number}:{key}", ref=order.number)


def refund_units(order: Order, line: OrderLine, units: int, *, cause: str) -> None:
    """Give back the points spent on units that are being refunded, and take back those that they earned."""
    key = f"{cause}:{line.pk}"
    back = _share(line, line.points_used, units)
    ledgers.post(order.member_id, back, cause=Cause.RETURNED, key=f"back:{key}", ref=order.number)
    if order.state == Order.State.COMPLETED:
        taken = _share(line, _earned(order, line), units)
        ledgers.post(order.member_id, -taken, cause=Cause.RECLAIMED, key=f"reclaim:{key}", ref=order.number)


def grant(order: Order) -> None:
    """Give what the units of a completed order that were not refunded have earned; once."""
    amount = earned_by(order, order.lines.all())
    ledgers.post(order.member_id, amount, cause=Cause.EARNED, key=f"order:{order.number}:earned", ref=order.number)


def earned_by(order: Order, lines: Iterable[OrderLine]) -> int:
    """Return the points that the units of an order which were not refunded earn."""
    return sum(_share(line, _earned(order, line), line.quantity - line.refunded_quantity) for line in lines)


def _earned(order: Order, line: OrderLine) -> int:
    return line.total * order.earned_per_yuan // 100


def _share(line: OrderLine, points: int, units: int) -> int:
    """Return the points of `units` that follow those refunded before; the last units get what rounding left."""
    gone = line.refunded_quantity
    if not units:
        return 0
    return share_of_units(points, line.quantity, gone, gone * (points // line.quantity), units)
