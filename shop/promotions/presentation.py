"""Activities as shoppers see them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.storage import storages
from django.db import connection
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from shop.catalog.models import Product
from shop.inventory.models import StockItem
from shop.pricing.rules import share_off
from shop.promotions import plugins
from shop.promotions.models import Activity, ActivityItem, ActivityQuerySet
from shop.promotions.registry import tools
from shop.promotions.tree import Tree, scope_of

Row = dict[str, Any]


def database_time() -> datetime:
    """Return the time by which activities begin and end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def order_details(number: str, used: Collection[str]) -> Row:
    """Return code → what an order's page shows of the tools that had a part in it, of those that say something."""
    found = {}
    for config in plugins.configs():
        code = import_string(config.promotion).code if config.order_details else ""
        if code in used and (details := import_string(config.order_details)(number)):
            found[code] = details
    return found


def shown() -> ActivityQuerySet:
    """Return the activities that run, or will, of the tools that this installation has, the first to begin first."""
    published = Activity.objects.filter(state=Activity.State.ON, ends_at__gt=Now(), tool__in=list(tools()))
    return published.with_phase().order_by("starts_at", "pk")


def of_product(product: Product) -> list[Activity]:
    """Return what runs for a product: activities with its SKUs, and those whose scope it is in."""
    named = ActivityItem.objects.filter(sku__product=product).values("activity")
    tree = Tree()
    live = shown().live().filter(Q(pk__in=named) | ~Q(scope={}))
    items = set(named.values_list("activity", flat=True))
    return [activity for activity in live if activity.pk in items or _is_in_scope(activity, product, tree)]


def labels(keys: Collection[str]) -> list[Row]:
    """Return what a list tells of those products (keys) for which something runs.

    `tools`: codes, first those that name it; those of which everything is sold out are left out. `price`: fen of
    the cheapest SKU that costs less without being asked for, with its `normal_price`; both None without one.
    """
    products = {product.pk: product for product in Product.objects.on_shelf().filter(key__in=keys)}
    activities = {activity.pk: activity for activity in shown().live()}
    named, tree, found = _named(products, activities), Tree(), []
    for pk, product in products.items():
        own = {activity.tool for activity, _item in named[pk]}
        in_scope = {each.tool for each in activities.values() if each.scope and _is_in_scope(each, product, tree)}
        codes = [code for code in tools() if code in own] + [code for code in tools() if code in in_scope - own]
        if codes:
            found.append({"product": product.key, "tools": codes, **_cheapest(named[pk])})
    return found


def _named(
    products: Collection[int], activities: Mapping[int, Activity]
) -> dict[int, list[tuple[Activity, ActivityItem]]]:
    """Return product pk → its SKUs in activities that can still be had there."""
    items = ActivityItem.objects.filter(activity__in=activities, sku__product__in=products, sku__archived_at=None)
    left = _left(activities.values(), items)
    named: dict[int, list[tuple[Activity, ActivityItem]]] = {pk: [] for pk in products}
    for item in items.select_related("sku"):
        activity = activities[item.activity_id]
        if not _is_gone(item, activity.bucket, left):
            named[item.sku.product_id].append((activity, item))
    return named


def _cheapest(named: Iterable[tuple[Activity, ActivityItem]]) -> Row:
    """Return the lowest price that holds for who only puts its SKU into the cart, and what it costs otherwise."""
    automatic = [item for activity, item in named if not tools()[activity.tool].is_chosen]
    prices = [(_price(item), item.sku.price) for item in automatic]
    price, normal = min((pair for pair in prices if pair[0] < pair[1]), default=(None, None))
    return {"price": price, "normal_price": normal}


def _price(item: ActivityItem) -> int:
    return item.price if item.price is not None else share_off(item.sku.price, item.details.get("discount_bp", 0))


def _is_in_scope(activity: Activity, product: Product, tree: Tree) -> bool:
    scope = scope_of(activity.scope, tree)
    named = scope.is_all or product.pk in scope.products or product.category_id in scope.categories
    return named and product.pk not in scope.without


def activity_rows(activities: Iterable[Activity], product: Product | None = None) -> list[Row]:
    """Return activities with their SKUs (those of `product` alone, when it is given); units never, only whether any."""
    rows = list(activities)
    items = ActivityItem.objects.filter(activity__in=rows).select_related("sku__product")
    if product:
        items = items.filter(sku__product=product)
    of_activity: dict[int, list[ActivityItem]] = {}
    for item in items.order_by("position", "pk"):
        of_activity.setdefault(item.activity_id, []).append(item)
    left = _left(rows, items)
    return [_row(activity, of_activity.get(activity.pk, []), left) for activity in rows]


def _left(activities: Iterable[Activity], items: Any) -> dict[tuple[int, str], int]:
    """Return (SKU pk, bucket) → units that can still be sold, above 0."""
    buckets = {activity.bucket for activity in activities}
    stock = StockItem.objects.filter(
        sku__in=items.values("sku"),
        bucket__in=buckets,
        warehouse__is_default=True,
        on_hand__gt=F("reserved") + F("safety"),
    )
    free = stock.annotate(free=F("on_hand") - F("reserved") - F("safety"))
    return {(sku, bucket): units for sku, bucket, units in free.values_list("sku_id", "bucket", "free")}


def _is_gone(item: ActivityItem, bucket: str, left: Mapping[tuple[int, str], int]) -> bool:
    """Return whether fewer units are left than one takes at once: a set of a bundle may hold several."""
    return left.get((item.sku_id, bucket), 0) < item.details.get("quantity", 1)


def item_rows(activity: Activity) -> list[Row]:
    """Return the SKUs of an activity, whether it runs or not."""
    items = activity.items.select_related("sku__product")
    left = _left([activity], items)
    return [_item(item, sold_out=_is_gone(item, activity.bucket, left)) for item in items]


def _row(activity: Activity, items: Sequence[ActivityItem], left: Mapping[tuple[int, str], int]) -> Row:
    return {
        "key": activity.key,
        "tool": activity.tool,
        "title": activity.title,
        "summary": activity.summary,
        "phase": activity.phase,  # type: ignore[attr-defined]
        "starts_at": activity.starts_at,
        "ends_at": activity.ends_at,
        "limits": {
            "per_order": activity.most_per_order,
            "per_member": activity.most_per_member,
        },
        "items": [_item(item, sold_out=_is_gone(item, activity.bucket, left)) for item in items],
        "details": plugins.details_of(activity, items),
    }


def _item(item: ActivityItem, *, sold_out: bool) -> Row:
    product = item.sku.product
    return {
        "sku": item.sku.key,
        "options": item.sku.option_text,
        "price": item.price,
        "normal_price": item.sku.price,
        "discount_bp": item.details.get("discount_bp", 0),
        "sold_out": sold_out,
        "product": {
            "key": product.key,
            "title": product.title,
            "cover": storages["public"].url(product.cover) if product.cover else "",
        },
    }
