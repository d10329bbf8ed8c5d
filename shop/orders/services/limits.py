"""Purchase limits: per order, at least per order, and per member over all orders.

Products without limits cost nothing here: their columns come with the SKUs, and no statement is sent. Who orders a
product with a limit per member raises his count of it by one statement that refuses to pass the limit; units bought
before there was a limit join the count in the same statement.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU, Product
from shop.core.errors import ShopError
from shop.members.models import Member
from shop.orders.models import Order, OrderLine, PurchaseCount

_COUNT = """
WITH bound (product_id, most) AS (SELECT * FROM unnest(%(products)s::bigint[], %(most)s::int[])),
counted AS (
    UPDATE orders_orderline line SET is_counted = true
    FROM orders_order ordered, catalog_sku sku, bound
    WHERE ordered.id = line.order_id AND sku.id = line.sku_id AND bound.product_id = sku.product_id
      AND ordered.member_id = %(member)s AND ordered.state <> 'CANCELLED' AND NOT line.is_counted
      AND NOT line.is_gift
    RETURNING sku.product_id, line.quantity - line.refunded_quantity AS units
),
added AS (SELECT product_id, sum(units) AS units FROM counted GROUP BY product_id)
INSERT INTO orders_purchasecount AS stored (member_id, product_id, units)
SELECT %(member)s, bound.product_id, added.units FROM added JOIN bound USING (product_id)
WHERE added.units <= bound.most ORDER BY bound.product_id
ON CONFLICT (member_id, product_id) DO UPDATE SET units = stored.units + excluded.units
WHERE stored.units + excluded.units <= (SELECT most FROM bound WHERE bound.product_id = excluded.product_id)
RETURNING product_id
"""

_GIVE_BACK = """
WITH line AS (
    UPDATE orders_orderline SET is_counted = false WHERE order_id = %s AND is_counted
    RETURNING sku_id, quantity - refunded_quantity AS units
),
gone AS (
    SELECT sku.product_id, sum(line.units) AS units FROM line JOIN catalog_sku sku ON sku.id = line.sku_id
    GROUP BY sku.product_id
),
locked AS (
    SELECT stored.id, gone.units FROM orders_purchasecount stored JOIN gone ON gone.product_id = stored.product_id
    WHERE stored.member_id = %s ORDER BY stored.product_id FOR UPDATE OF stored
)
UPDATE orders_purchasecount stored SET units = stored.units - locked.units FROM locked WHERE stored.id = locked.id
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why units of a SKU cannot be ordered: `limit` is what the product allows, `bought` what counts already."""

    code: str
    sku: str
    message: Any
    limit: int
    wanted: int
    bought: int = 0

    def row(self) -> dict[str, Any]:
        """Return the problem as answers show it."""
        return {
            "sku": self.sku,
            "code": self.code,
            "message": str(self.message),
            "limit": self.limit,
            "wanted": self.wanted,
            "bought": self.bought,
        }


LIMIT, MINIMUM = "limit_exceeded", "below_minimum"


def problems(member: Member, units: Mapping[SKU, int]) -> list[Problem]:
    """Return what the limits say against units of these SKUs; asks only when a product has a member limit."""
    wanted = _by_product(units)
    bought = units_bought(member, {sku.product for sku in units if sku.product.most_per_member})
    found = (_problem(sku, wanted[sku.product_id], bought.get(sku.product_id, 0)) for sku in units)
    return [problem for problem in found if problem]


def check(units: Mapping[SKU, int]) -> None:
    """Refuse an order against the limits of one order. ShopError: 422 `below_minimum`, 409 `limit_exceeded`."""
    wanted = _by_product(units)
    found = (_problem(sku, wanted[sku.product_id], bought=None) for sku in units)
    _refuse([problem for problem in found if problem])


def count(member: Member, order: Order, products: Iterable[Product]) -> None:
    """Count the order's units (its lines are stored) towards the limits per member; 409 `limit_exceeded` past one."""
    bound = {product.pk: product.most_per_member for product in products if product.most_per_member}
    if not bound:
        return
    parameters: dict[str, Any] = {"member": member.pk, "products": list(bound), "most": list(bound.values())}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, parameters)
        passed = {product for (product,) in cursor.fetchall()}
    if refused := set(bound) - passed:
        _refuse(_over(member, order, refused))


def give_back(order: Order) -> None:
    """Take the units of an order out of its member's counts. Repeating has no effect."""
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [order.pk, order.member_id])


def give_back_units(line: OrderLine, units: int) -> None:
    """Take refunded units of a line out of its member's count, if they are in it."""
    if line.is_counted:
        stored = PurchaseCount.objects.filter(member=line.order.member_id, product=line.sku.product_id)
        stored.update(units=F("units") - units)


def units_bought(member: Member, products: Iterable[Product]) -> dict[int, int]:
    """Return product pk → units in the member's live orders, less refunded ones; no query without products."""
    wanted = [product.pk for product in products]
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT sku.product_id, sum(line.quantity - line.refunded_quantity)
               FROM orders_order ordered JOIN orders_orderline line ON line.order_id = ordered.id
               JOIN catalog_sku sku ON sku.id = line.sku_id
               WHERE ordered.member_id = %s AND NOT ordered.is_sandbox AND ordered.state <> 'CANCELLED'
                 AND NOT line.is_gift
                 AND sku.product_id = ANY(%s)
               GROUP BY sku.product_id""",
            [member.pk, wanted],
        )
        return dict(cursor.fetchall())


def _by_product(units: Mapping[SKU, int]) -> dict[int, int]:
    wanted: dict[int, int] = {}
    for sku, count in units.items():
        wanted[sku.product_id] = wanted.get(sku.product_id, 0) + count
    return wanted


def _problem(sku: SKU, wanted: int, bought: int | None) -> Problem | None:
    """Return what stands against `wanted` units of the SKU's product; without `bought`, of one order alone."""
    product = sku.product
    if wanted < product.least_per_order:
        text = _("“%(title)s”至少买 %(limit)d 件") % {"title": product.title, "limit": product.least_per_order}
        return Problem(MINIMUM, sku.key, text, product.least_per_order, wanted)
    if 0 < product.most_per_order < wanted:
        text = _("“%(title)s”每单最多买 %(limit)d 件") % {"title": product.title, "limit": product.most_per_order}
        return Problem(LIMIT, sku.key, text, product.most_per_order, wanted)
    if bought is not None and 0 < product.most_per_member < bought + wanted:
        return _over_member(sku, wanted, bought)
    return None


def _over_member(sku: SKU, wanted: int, bought: int) -> Problem:
    limit = sku.product.most_per_member
    values = {"title": sku.product.title, "limit": limit, "left": limit - bought}
    if bought < limit:
        text = _("“%(title)s”每人限购 %(limit)d 件，您还能买 %(left)d 件") % values
    else:
        text = _("“%(title)s”每人限购 %(limit)d 件，您已经买满") % values
    return Problem(LIMIT, sku.key, text, limit, wanted, bought)


def _over(member: Member, order: Order, products: set[int]) -> list[Problem]:
    """Say what the refused units of the order's products were; what was bought before does not hold its own."""
    lines = order.placed_lines or list(order.lines.select_related("sku__product"))
    units: dict[SKU, int] = {}
    for line in lines:
        if line.sku.product_id in products and not line.is_gift:
            units[line.sku] = units.get(line.sku, 0) + line.quantity
    wanted = _by_product(units)
    stored = units_bought(member, {sku.product for sku in units})
    found = []
    for sku in units:
        own = wanted[sku.product_id]
        found.append(_over_member(sku, own, stored.get(sku.product_id, own) - own))
    return found


def _refuse(found: list[Problem]) -> None:
    if not found:
        return
    first = next((problem for problem in found if problem.code == LIMIT), found[0])
    raise ShopError(
        first.code,
        first.message,
        status=409 if first.code == LIMIT else 422,
        detail={"skus": [problem.row() for problem in found]},
    )
