"""What shoppers read of a bargain, and what must be right about one."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shop.core.money import yuan
from shop.promotions.drafts import ItemDraft, Problems, normal_prices
from shop.promotions.models import Activity
from shop.promotions.wording import plain_yuan


def summary(activity: Activity, items: Sequence[ItemDraft]) -> str:
    """Return how many cuts lead to the lowest price: 5 刀砍到 9.9 元, 5 刀低至 9.9 元."""
    prices = {item.price for item in items if item.price is not None}
    helpers = activity.rule.get("helpers")
    if not prices or not helpers:
        return ""
    text = _("%(count)d 刀低至 %(amount)s 元") if len(prices) > 1 else _("%(count)d 刀砍到 %(amount)s 元")
    return text % {"count": helpers, "amount": plain_yuan(min(prices))}


def check(activity: Activity, items: Sequence[ItemDraft]) -> Problems:
    """Return what is wrong: no SKUs, one without a price, or one on whose way down not every cut has a fen."""
    if not items:
        return {"items": _("请选择商品，并填写最低价")}
    helpers, normal = activity.rule.get("helpers") or 1, normal_prices(items)
    found: Problems = {}
    for place, item in enumerate(items):
        if item.price is None:
            found[f"items[{place}].price"] = _("请填写最低价")
        elif item.sku in normal and 1 <= item.price < normal[item.sku] < item.price + helpers:
            text = _("%(count)d 刀每刀至少 0.01 元，最低价不能高于 %(price)s 元")
            values = {"count": helpers, "price": yuan(max(normal[item.sku] - helpers, 0))}
            found[f"items[{place}].price"] = text % values
    return found
