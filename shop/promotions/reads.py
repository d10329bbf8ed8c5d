"""What runs now for a basket: one query for all tools, two more for gifts."""

import json
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField

from shop.catalog.models import SKU, Product
from shop.core.prepared import AnyOf, Prepared, PreparedObjects
from shop.inventory.models import StockItem
from shop.pricing.values import Item, Stage
from shop.promotions.contract import Gift, Live, Priced
from shop.promotions.tree import Tree, scope_of

# Half-open windows by the database's clock. Inside a transaction now() is its beginning, as is an order's created_at.
_LIVE = """
SELECT activity.id, activity.tool, activity.key, activity.title, activity.summary,
       activity.rule::json, activity.scope::json,
       activity."group", activity.priority, activity.excludes::json, activity.ends_at, activity.has_stock,
       activity.pay_minutes, activity.most_per_order, activity.most_per_member, activity.most_per_phone,
       activity.most_per_address, activity.most_members,
       COALESCE((SELECT held.units FROM promotions_use held
                 WHERE held.activity_id = activity.id AND held.kind = 'MEMBER' AND held.subject = %s), 0),
       (SELECT json_agg(json_build_array(item.sku_id, item.price, item.details) ORDER BY item.position, item.id)
        FROM promotions_activityitem item
        WHERE item.activity_id = activity.id AND (item.sku_id = ANY(%s) OR activity.key = ANY(%s)))
FROM promotions_activity activity
WHERE activity.state = 'ON' AND activity.starts_at <= now() AND activity.ends_at > now()
  AND (activity.tool = ANY(%s) OR activity.key = ANY(%s))
ORDER BY activity.id
"""

_GIFTS = PreparedObjects[SKU](
    lambda: SKU.objects.sellable().select_related("product").filter(AnyOf("pk", "pks", BigIntegerField()))
)
_LEFT = Prepared(
    lambda: (
        StockItem.objects.filter(AnyOf("sku_id", "skus", BigIntegerField()), warehouse__is_default=True, bucket="")
        .order_by()
        .values("sku_id", "on_hand", "reserved", "safety")
    )
)


def live(member: int, skus: Collection[int], *, tools: Sequence[str], named: Collection[str], tree: Tree) -> list[Live]:
    """Return what runs now: all of these `tools`, and the activities with the keys `named`. One query."""
    keys = list(named)
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_LIVE, [str(member), list(skus), keys, list(tools), keys])
        return [_live(row, tree) for row in cursor.fetchall()]


def _live(row: Sequence[Any], tree: Tree) -> Live:
    pk, tool, key, title, summary, rule, scope, group, priority, excludes, ends_at, has_stock, *numbers, items = row
    minutes, per_order, per_member, per_phone, per_address, members, used = numbers
    return Live(
        pk=pk,
        tool=tool,
        key=key,
        title=title,
        summary=summary,
        rule=_object(rule),
        scope=scope_of(_object(scope), tree),
        group=group,
        priority=priority,
        excludes=frozenset(map(Stage, _object(excludes))),
        ends_at=ends_at,
        bucket=key if has_stock else "",
        pay_minutes=minutes,
        most_per_order=per_order,
        most_per_member=per_member,
        most_per_phone=per_phone,
        most_per_address=per_address,
        most_members=members,
        used=used,
        items={sku: Priced(sku, price, details) for sku, price, details in _object(items) or ()},
    )


def _object(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def gifts(activities: Iterable[Live]) -> dict[int, Gift]:
    """Return SKU pk → gift for what the rules of activities name under `gifts`, sold out ones with 0 left."""
    pks = sorted({pk for activity in activities for pk in activity.rule.get("gifts", ())})
    if not pks:
        return {}
    left = {row["sku_id"]: row["on_hand"] - row["reserved"] - row["safety"] for row in _LEFT.rows(skus=pks)}
    return {sku.pk: Gift(sku, item_of(sku, 1), max(left.get(sku.pk, 0), 0)) for sku in _GIFTS.objects(pks=pks)}


def item_of(sku: SKU, quantity: int, activity: tuple[str, str] | None = None, option: str = "") -> Item:
    """Return a SKU (with its product) as the engine sees it."""
    return Item(
        sku.pk,
        quantity,
        sku.price,
        sku.weight,
        sku.product.kind == Product.Kind.GOODS,
        sku.product_id,
        frozenset({sku.product.category_id}),
        activity,
        option,
    )
