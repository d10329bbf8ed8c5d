"""What shoppers read of a group buy, and what must be right about one."""

from collections.abc import Sequence
from itertools import pairwise

from django.utils.translation import gettext as _

from shop.promotions.drafts import ItemDraft, Problems, normal_prices
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.wording import plain_yuan

COLUMNS = ("price", "price_2", "price_3")  # what the prices of each size are called
SIZES = ("size", "size_2", "size_3")


def prices_of(item: ItemDraft | ActivityItem) -> list[int | None]:
    """Return what a unit of a SKU costs, in fen, in groups of each size."""
    return list(item.details.get("prices") or [item.price])


def summary(activity: Activity, items: Sequence[ItemDraft]) -> str:
    """Return what a unit costs in a group of each size: 3 人团 59 元，5 人团 49 元起."""
    told = []
    for place, size in enumerate(activity.rule.get("sizes", ())):
        prices = {price for item in items for price in prices_of(item)[place : place + 1] if price is not None}
        if prices:
            text = _("%(size)d 人团 %(amount)s 元起") if len(prices) > 1 else _("%(size)d 人团 %(amount)s 元")
            told.append(text % {"size": size, "amount": plain_yuan(min(prices))})
    return "，".join(told)


def check(activity: Activity, items: Sequence[ItemDraft]) -> Problems:
    """Return what is wrong: sizes that do not grow, no SKUs, prices that are missing or do not fall."""
    sizes = activity.rule.get("sizes") or []
    for place, (smaller, larger) in enumerate(pairwise(sizes), start=1):
        if larger <= smaller:
            return {SIZES[place]: _("人数要比上一档多")}
    if not items:
        return {"items": _("请选择商品，并填写拼团价")}
    normal = normal_prices(items)
    return {
        f"items[{row}].{name}": reason
        for row, item in enumerate(items)
        for name, reason in _row(prices_of(item), len(sizes), normal.get(item.sku)).items()
    }


def _row(prices: Sequence[int | None], count: int, normal: int | None) -> Problems:
    """A price for each size, each below the normal one and none above that of a smaller group."""
    found: Problems = {}
    for place in range(max(count, 1)):
        price = prices[place] if place < len(prices) else None
        before = prices[place - 1] if place else None
        if price is None:
            found[COLUMNS[place]] = _("请填写拼团价")
        elif place and (price < 1 or (before is not None and price > before) or (normal and price >= normal)):
            found[COLUMNS[place]] = _("不能高于人数少的一档，最低 0.01 元")
    return found
