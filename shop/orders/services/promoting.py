"""An order and its promotions: what it takes of them when it is placed, and gives back when it ends."""

from collections.abc import Mapping, Sequence

from shop.core import crypto
from shop.orders.models import Order, OrderLine, OrderPromotion
from shop.pricing.values import Quote
from shop.promotions import services as promotions
from shop.promotions.contract import Applied, Placed


def placed(order: Order) -> Placed:
    """Return the order as tools see it."""
    parts = (order.province, order.city, order.district, *order.detail.split())
    address = crypto.digest("".join(parts).lower(), "address") if order.detail else ""
    phone = order.phone_digest or order.member.phone_digest  # what is not sent names none: services, cards
    return Placed(order.pk, order.number, order.member_id, phone, address)


def claim(order: Order, offering: promotions.Offering, price: Quote, lines: Sequence[OrderLine]) -> None:
    """Use up what the order's lines, which are stored, take of promotions."""
    if offering.offers:
        promotions.claim(placed(order), offering, price, [line.pk for line in lines])


def claim_again(order: Order) -> None:
    """Use it up once more, when the order is taken up again. ShopError when somebody else has it now."""
    applied: dict[tuple[str, str], Applied] = {}
    rows = OrderPromotion.objects.filter(order=order).values_list("tool", "ref", "amount", "line", "line__quantity")
    for tool, ref, amount, line, quantity in rows:
        found = applied.get((tool, ref), Applied(ref, 0))
        units = {**found.units, line: quantity} if line else found.units
        applied[tool, ref] = Applied(ref, found.saved + amount, units)
    for line in order.lines.exclude(tool=""):
        found = applied.get((line.tool, line.ref), Applied(line.ref, 0))
        applied[line.tool, line.ref] = Applied(line.ref, found.saved, {**found.units, line.pk: line.quantity})
    if applied:
        promotions.claim_again(placed(order), applied)


def release(order: Order) -> None:
    """Give everything back, and take back what came with it. Repeating has no effect."""
    if used := tools_of(order):
        promotions.release(placed(order), used)
    promotions.take_back_perks(order.number)


def release_units(order: Order, units: Mapping[OrderLine, int]) -> None:
    """Give back what these units had taken."""
    if not (used := tools_of(order)):
        return
    named: dict[str, int] = {}
    for line, count in units.items():
        if line.ref and not line.is_gift:
            named[line.ref] = named.get(line.ref, 0) + count
    promotions.release_units(placed(order), used, {line.pk: count for line, count in units.items()}, named)


def tools_of(order: Order) -> set[str]:
    """Return the codes of the tools that had a part in the order. One query."""
    taken = OrderPromotion.objects.filter(order=order).values_list("tool", flat=True)
    return set(taken.union(order.lines.exclude(tool="").order_by().values_list("tool", flat=True)))


def paid(order: Order, used: set[str]) -> bool:
    """Return whether the tools take the payment; False when it came too late for one of them."""
    return promotions.paid(placed(order), used)


def holds(order: Order, used: set[str]) -> bool:
    """Return whether the paid order must wait for others before it may be sent."""
    return promotions.holds(placed(order), used)
