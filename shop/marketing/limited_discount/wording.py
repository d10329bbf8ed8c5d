"""What shoppers read of a limited-time discount, and what must be right about one."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shop.promotions.drafts import ItemDraft, Problems
from shop.promotions.models import Activity
from shop.promotions.wording import plain_yuan, tenths


def summary(activity: Activity, items: Sequence[ItemDraft]) -> str:
    """Return the lowest share or price of an activity: 限时 8 折, 限时低至 9.9 元."""
    shares = {int(item.details["discount_bp"]) for item in items if item.price is None}
    prices = {item.price for item in items if item.price is not None}
    if not items:
        return ""
    if prices:
        text = _("限时低至 %(amount)s 元") if len(prices) > 1 or shares else _("限时价 %(amount)s 元")
        told = text % {"amount": plain_yuan(min(prices))}
    else:
        text = _("限时低至 %(discount)s") if len(shares) > 1 else _("限时 %(discount)s")
        told = text % {"discount": tenths(max(shares))}
    return told + (_("，每人限 %(count)d 件") % {"count": most}) if (most := activity.most_per_member) else told


def check(activity: Activity, items: Sequence[ItemDraft]) -> Problems:
    """Return what is wrong: an activity without SKUs, a SKU with neither price nor share."""
    if not items:
        return {"items": _("请选择商品，并填写活动价或折扣")}
    return {
        f"items[{place}].price": _("请填写活动价或折扣")
        for place, item in enumerate(items)
        if item.price is None and "discount_bp" not in item.details
    }
