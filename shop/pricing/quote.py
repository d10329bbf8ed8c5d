"""The price of what a member wants to buy. Pure: frozen values in, a priced quote out, integer fen throughout."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """What is wanted: a SKU at today's unit price in fen, weight in grams per unit; `ships` is False for no goods."""

    sku: int
    quantity: int
    unit_price: int
    weight: int = 0
    ships: bool = True


@dataclass(frozen=True, slots=True)
class Discount:
    """What one promotion takes off: `shares` in fen by position of the item, `tool` and `ref` for the ledger."""

    tool: str
    ref: str
    shares: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Freight:
    """The freight rule: a fee for the first pieces (or grams), one for each further step, free from an amount."""

    by_weight: bool
    first: int
    first_fee: int
    extra: int
    extra_fee: int
    free_over: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One item priced: amount = unit price × quantity, total = amount - discount."""

    sku: int
    quantity: int
    unit_price: int
    amount: int
    discount: int
    total: int


@dataclass(frozen=True, slots=True)
class Quote:
    """The whole price: total = subtotal - discount + freight, each a sum over the lines."""

    lines: tuple[Line, ...]
    discounts: tuple[Discount, ...]
    subtotal: int
    discount: int
    freight: int
    total: int


def quote(items: Sequence[Item], freight: Freight, discounts: Sequence[Discount] = ()) -> Quote:
    """Return the price of `items`; ValueError when empty, for a quantity or price below 1, or too large a discount."""
    if not items or any(item.quantity < 1 or item.unit_price < 1 for item in items):
        raise ValueError("every item needs a quantity and a price of at least 1")
    lines = tuple(_line(index, item, discounts) for index, item in enumerate(items))
    if any(line.total < 0 for line in lines):
        raise ValueError("a discount exceeds its line")
    goods = sum(line.total for line in lines)
    fee = freight_fee(items, goods, freight)
    return Quote(
        lines=lines,
        discounts=tuple(discounts),
        subtotal=sum(line.amount for line in lines),
        discount=sum(line.discount for line in lines),
        freight=fee,
        total=goods + fee,
    )


def _line(index: int, item: Item, discounts: Sequence[Discount]) -> Line:
    amount = item.unit_price * item.quantity
    off = sum(discount.shares[index] for discount in discounts)
    return Line(item.sku, item.quantity, item.unit_price, amount, off, amount - off)


def freight_fee(items: Sequence[Item], goods: int, rule: Freight) -> int:
    """Return the freight in fen for goods worth `goods` fen after discounts; 0 when nothing has to be sent."""
    sent = [item for item in items if item.ships]
    if not sent:
        return 0
    if rule.free_over is not None and goods >= rule.free_over:
        return 0
    size = sum(item.quantity * (item.weight if rule.by_weight else 1) for item in sent)
    further = max(size - rule.first, 0)
    steps = -(-further // rule.extra)
    return rule.first_fee + steps * rule.extra_fee
