"""What shoppers read of an add-on purchase, and what must be right about one."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shop.promotions.drafts import ItemDraft, Problems
from shop.promotions.models import Activity
from shop.promotions.wording import plain_yuan


def summary(activity: Activity, items: Sequence[ItemDraft]) -> str:
    """Return from what amount on what may be added: 满 99 元加 9.9 元换购, … 加 9.9 元起换购."""
    prices = {item.price for item in items if item.price is not None}
    threshold = activity.rule.get("threshold")
    if not prices or not threshold:
        return ""
    several = _("满 %(amount)s 元加 %(price)s 元起换购")
    text = several if len(prices) > 1 else _("满 %(amount)s 元加 %(price)s 元换购")
    return text % {"amount": plain_yuan(threshold), "price": plain_yuan(min(prices))}


def check(activity: Activity, items: Sequence[ItemDraft]) -> Problems:
    """Return what is wrong: no threshold, nothing to add, a SKU without a price."""
    found: Problems = {}
    if (activity.rule.get("threshold") or 0) < 1:
        found["threshold"] = _("请填写门槛，最少 0.01 元")
    if not items:
        found["items"] = _("请选择可以换购的商品，并填写换购价")
    for place, item in enumerate(items):
        if item.price is None:
            found[f"items[{place}].price"] = _("请填写换购价")
    return found
