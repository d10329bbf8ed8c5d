"""What staff write of an activity before it runs, and what must be right about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from shop.catalog.models import SKU
from shop.core.money import yuan
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.registry import config_of

MOST_ITEMS = 500
MOST_UNITS = 10**6
Problems = dict[str, str]  # name of a field, or items[0].price for a row → what is wrong


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """A SKU (pk) of an activity: its price in fen (None: not its own), units of its own stock, the tool's details."""

    sku: int
    price: int | None = None
    units: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


def drafts_of(items: Iterable[ActivityItem]) -> list[ItemDraft]:
    """Return stored items as they were written."""
    return [ItemDraft(item.sku_id, item.price, item.units, item.details) for item in items]


def normal_prices(items: Iterable[ItemDraft]) -> dict[int, int]:
    """Return SKU (pk) → what a unit costs without an activity (fen), of those that are sold."""
    skus = SKU.objects.sellable().filter(pk__in=[item.sku for item in items])
    return dict(skus.values_list("pk", "price"))


def problems_of(activity: Activity, items: Sequence[ItemDraft]) -> Problems:
    """Return what is wrong with a draft and the SKUs that it names; {} when it may be stored."""
    config = config_of(activity.tool)
    own: Problems = import_string(config.check)(activity, items) if config and config.check else {}
    return {**own, **item_problems(items, has_stock=activity.has_stock), **_window(activity)}


def _window(activity: Activity) -> Problems:
    starts_at: datetime | None = activity.starts_at
    ends_at: datetime | None = activity.ends_at
    if starts_at and ends_at and ends_at <= starts_at:
        return {"ends_at": _("结束时间要晚于开始时间")}
    return {}


def item_problems(items: Sequence[ItemDraft], *, has_stock: bool) -> Problems:
    """Return what is wrong with the SKUs that an activity names, row by row."""
    if len(items) > MOST_ITEMS:
        return {"items": _("一个活动最多 %(count)d 个规格") % {"count": MOST_ITEMS}}
    prices = normal_prices(items)
    found: Problems = {}
    seen: set[int] = set()
    for place, item in enumerate(items):
        if item.sku in seen:
            found[f"items[{place}].sku"] = _("这个规格重复了")
        elif item.sku not in prices:
            found[f"items[{place}].sku"] = _("这个规格已下架或不存在")
        else:
            rows = _row_problems(item, prices[item.sku], has_stock=has_stock)
            found |= {f"items[{place}].{name}": reason for name, reason in rows.items()}
        seen.add(item.sku)
    return found


def _row_problems(item: ItemDraft, normal: int, *, has_stock: bool) -> Problems:
    found: Problems = {}
    share = item.details.get("discount_bp")
    if item.price is not None and not 1 <= item.price < normal:
        found["price"] = _("要低于原价 %(price)s 元，最低 0.01 元") % {"price": yuan(normal)}
    if share is not None and not 1 <= share < 10_000:
        found["share"] = _("折扣要在 0.01 折到 9.99 折之间")
    if item.units > MOST_UNITS or (has_stock and item.units < 1):
        found["units"] = _("请填写活动库存")
    return found
