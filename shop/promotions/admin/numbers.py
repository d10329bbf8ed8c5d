"""What came of activities: orders, units and money, for all that a page shows in one query."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Numbers:
    """Paid orders that took part, their units in it, what was paid for those and what of it went back, in fen."""

    orders: int = 0
    units: int = 0
    paid: int = 0
    refunded: int = 0

    @property
    def kept(self) -> int:
        """Return what was paid and did not go back, in fen."""
        return self.paid - self.refunded


# A refunded unit is worth what docs/pricing.md §10 says: the last units of a line all that is left of it.
_SUMS = """
SELECT part.ref, COUNT(DISTINCT part.order_id), COALESCE(SUM(line.quantity), 0), COALESCE(SUM(line.total), 0),
       COALESCE(SUM(CASE WHEN line.refunded_quantity = line.quantity THEN line.total
                         ELSE line.total / line.quantity * line.refunded_quantity END), 0)
FROM orders_orderpromotion part
JOIN orders_order placed ON placed.id = part.order_id AND placed.paid_at IS NOT NULL AND NOT placed.is_sandbox
LEFT JOIN orders_orderline line ON line.id = part.line_id AND NOT line.is_gift
WHERE part.tool = %s AND part.ref = ANY(%s)
GROUP BY part.ref
"""


def numbers_of(tool: str, refs: Collection[str]) -> dict[str, Numbers]:
    """Return ref → what came of the tool's activities with these keys; those of which nothing came are missing."""
    if not refs:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, [tool, list(refs)])
        return {ref: Numbers(orders, int(units), int(paid), int(back)) for ref, orders, units, paid, back in cursor}
