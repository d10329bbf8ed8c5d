"""The home page's chart: bars that the server draws, so that it needs no script."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from shop.core.admin_fields import money
from shop.orders.models import DayOfSales

HEIGHT, SLOT, BAR = 100, 20, 14  # units of the drawing, which is stretched to its place


@dataclass(frozen=True, slots=True)
class Bar:
    """One day as a rectangle, and in words."""

    x: int
    y: int
    height: int
    day: date
    orders: int
    amount: str


@dataclass(frozen=True, slots=True)
class Chart:
    """The bars, how wide the drawing is, what its top stands for, and what all bars add up to."""

    bars: Sequence[Bar]
    width: int
    top: str
    total: str
    orders: int


def chart_of(days: Sequence[DayOfSales]) -> Chart | None:
    """Return the drawing of the days' money; None without days."""
    if not days:
        return None
    most = max(max(row.paid for row in days), 1)
    bars = [_bar(index, row, most) for index, row in enumerate(days)]
    return Chart(
        bars=bars,
        width=SLOT * len(bars),
        top=money(max(row.paid for row in days)),
        total=money(sum(row.paid for row in days)),
        orders=sum(row.orders for row in days),
    )


def _bar(index: int, row: DayOfSales, most: int) -> Bar:
    height = max(round(HEIGHT * row.paid / most), 1 if row.paid else 0)
    return Bar(index * SLOT + (SLOT - BAR) // 2, HEIGHT - height, height, row.day, row.orders, money(row.paid))
