"""What stands on the papers, whoever draws them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shop.catalog.models import Product
from shop.orders.models import Order


@dataclass(frozen=True, slots=True)
class NoteLine:
    """Goods of an order."""

    title: str
    options: str
    code: str
    units: int


@dataclass(frozen=True, slots=True)
class DeliveryNote:
    """One order as it lies in its parcel; name, phone and address are as its reader may see them."""

    number: str
    placed_at: datetime
    name: str
    phone: str
    address: str
    remark: str
    lines: Sequence[NoteLine]

    @property
    def units(self) -> int:
        """Return how many units there are."""
        return sum(line.units for line in self.lines)


@dataclass(slots=True)
class Pick:
    """Units of one SKU to fetch, and for how many orders."""

    title: str
    options: str
    code: str
    units: int = 0
    orders: int = 0


def note_of(order: Order, contact: tuple[str, str, str]) -> DeliveryNote:
    """Return the note of an order: all of its goods but what was refunded."""
    lines = [
        NoteLine(line.title, line.options, line.sku_code, line.quantity - line.refunded_quantity)
        for line in order.lines.all()
        if line.kind == Product.Kind.GOODS and line.quantity > line.refunded_quantity
    ]
    return DeliveryNote(order.number, order.created_at, *contact, order.remark, lines)


def picks_of(orders: Iterable[Order]) -> list[Pick]:
    """Return what is to be fetched for what the orders still wait for, by title and options."""
    picks: dict[int, Pick] = {}
    for order in orders:
        for line in order.lines.all():
            if (left := line.units_left) > 0:
                pick = picks.setdefault(line.sku_id, Pick(line.title, line.options, line.sku_code))
                pick.units += left
                pick.orders += 1
    return sorted(picks.values(), key=lambda pick: (pick.title, pick.options, pick.code))
