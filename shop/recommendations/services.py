"""Counting what is bought together: always anew from the orders, so that nothing is ever counted twice.

A product that many orders hold is counted once in a while, not with each of them.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from shop.catalog.models import Product
from shop.core.reading import catalogue_changed
from shop.recommendations.models import DAYS, MOST_PAIRS
from tenants import due
from tenants.due import Again

KIND = "recommendations.renew"
KIND_OLD = "recommendations.forget"
ROUND = 600  # seconds; what is paid within them is counted together
MARGIN = 60  # seconds between the end of a round and its counting: clocks differ, and work may begin early
_DAY = timedelta(days=1)

# Orders that were paid and not cancelled since; the newest orders of a product are enough to know its company.
_COUNT = """
WITH mine AS (
    SELECT DISTINCT placed.id, placed.paid_at FROM orders_orderline line
    JOIN catalog_sku sku ON sku.id = line.sku_id JOIN orders_order placed ON placed.id = line.order_id
    WHERE sku.product_id = %s AND placed.state <> 'CANCELLED' AND NOT placed.is_sandbox
      AND placed.paid_at >= now() - make_interval(days => %s)
    ORDER BY placed.paid_at DESC LIMIT %s)
SELECT sku.product_id, count(DISTINCT mine.id), min(mine.paid_at)
FROM mine JOIN orders_orderline line ON line.order_id = mine.id JOIN catalog_sku sku ON sku.id = line.sku_id
WHERE sku.product_id <> %s
GROUP BY sku.product_id ORDER BY 2 DESC, 1 LIMIT %s
"""
_RECENT = 2000
_DROP = "DELETE FROM recommendations_boughttogether WHERE product_id = %s AND NOT other_id = ANY(%s)"
_KEEP = """
INSERT INTO recommendations_boughttogether AS kept (product_id, other_id, orders)
SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[])
ON CONFLICT (product_id, other_id) DO UPDATE SET orders = excluded.orders WHERE kept.orders <> excluded.orders
"""


def plan(products: Iterable[int]) -> None:
    """Let these products (primary keys) be counted soon: once for all that is planned within ROUND.

    The round is part of the reference. It is counted after it has ended, so that an order of the next round can
    not be taken for one that was counted.
    """
    now = timezone.now().timestamp()
    this = int(now // ROUND)
    wait = timedelta(seconds=(this + 1) * ROUND - now + MARGIN)
    for product in products:
        due.schedule(KIND, f"{product}:{this}", after=wait)


def renew(ref: str) -> None:
    """Count what the product of a planned round is bought with, and plan when its orders get too old."""
    product = int(ref.partition(":")[0])
    with transaction.atomic():
        oldest = _count(product)
        due.cancel(KIND_OLD, product)
        if oldest:
            due.schedule(KIND_OLD, product, after=timedelta(seconds=_until_too_old(oldest)))


@transaction.atomic
def forget_old(ref: str) -> Again | None:
    """Count a product (primary key) anew because its oldest order may have left the window."""
    oldest = _count(int(ref))
    return Again(_until_too_old(oldest)) if oldest else None


def _until_too_old(paid_at: datetime) -> float:
    """Return the seconds until an order is out of the window, at least a day."""
    left = paid_at + timedelta(days=DAYS) - timezone.now()
    return max(left, _DAY).total_seconds()


def _count(product: int) -> datetime | None:
    """Store what a product is bought with; return when the oldest order that counts was paid, None without pairs."""
    if not Product.objects.select_for_update(no_key=True).filter(pk=product).first():
        return None
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [product, DAYS, _RECENT, product, MOST_PAIRS])
        found = cursor.fetchall()
        others, counts = [row[0] for row in found], [row[1] for row in found]
        cursor.execute(_DROP, [product, others])
        dropped = cursor.rowcount
        cursor.execute(_KEEP, [product, others, counts])
        if dropped or cursor.rowcount:
            catalogue_changed()
    return min((row[2] for row in found), default=None)
