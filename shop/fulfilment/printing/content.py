"""What stands on the papers, whoever draws them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shop.catalog.models import Product
from shop.catalog.order_form import FieldKind
from shop.orders.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class NoteLine:
    """Goods of an order, with what its buyer filled in (engraving, date …)."""

    title: str
    options: str
    code: str
    units: int
    answers: str = ""

    @property
    def described(self) -> str:
        """Return options and answers."""
        return "；".join(text for text in (self.options, self.answers) if text)


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
    """Units of one SKU to fetch, and for how many orders; what buyers asked for in different words stands apart."""

    title: str
    options: str
    code: str
    answers: str = ""
    units: int = 0
    orders: int = 0

    @property
    def described(self) -> str:
        """Return options and answers."""
        return "；".join(text for text in (self.options, self.answers) if text)


def _answers(line: OrderLine, personal: bool) -> str:
    """Return what the buyer filled in, sealed answers only if `personal`; an identity number is on no paper."""
    rows = line.answers() if personal else line.form
    shown = [row for row in rows if row["value"] and row["kind"] != FieldKind.ID_NUMBER]
    return "；".join(f"{row['label']}：{row['value']}" for row in shown)


def note_of(order: Order, contact: tuple[str, str, str], *, personal: bool = False) -> DeliveryNote:
    """Return the note of an order: all of its goods but what was refunded."""
    lines = [
        NoteLine(
            line.title,
            line.options,
            line.sku_code,
            line.quantity - line.refunded_quantity,
            _answers(line, personal),
        )
        for line in order.lines.all()
        if line.kind == Product.Kind.GOODS and line.quantity > line.refunded_quantity
    ]
    return DeliveryNote(order.number, order.created_at, *contact, order.remark, lines)


def picks_of(orders: Iterable[Order], *, personal: bool = False) -> list[Pick]:
    """Return what is to be fetched for what the orders still wait for, by title and options."""
    picks: dict[tuple[int, str], Pick] = {}
    for order in orders:
        for line in order.lines.all():
            if (left := line.units_left) > 0:
                answers = _answers(line, personal)
                pick = picks.setdefault((line.sku_id, answers), Pick(line.title, line.options, line.sku_code, answers))
                pick.units += left
                pick.orders += 1
    return sorted(picks.values(), key=lambda pick: (pick.title, pick.options, pick.code, pick.answers))
