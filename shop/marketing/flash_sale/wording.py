"""What shoppers read of a flash sale, and what must be right about one."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shop.promotions.drafts import ItemDraft, Problems
from shop.promotions.models import Activity
from shop.promotions.wording import plain_yuan


def summary(activity: Activity, items: Sequence[ItemDraft]) -> str:
    """Return the lowest price of a session: 秒杀价 9.9 元, 秒杀低至 9.9 元."""
    prices = {item.price for item in items if item.price is not None}
    if not prices:
        return ""
    text = _("秒杀低至 %(amount)s 元") if len(prices) > 1 else _("秒杀价 %(amount)s 元")
    told = text % {"amount": plain_yuan(min(prices))}
    return told + (_("，每人限 %(count)d 件") % {"count": most}) if (most := activity.most_per_member) else told


def check(activity: Activity, items: Sequence[ItemDraft]) -> Problems:
    """Return what is wrong: a session without SKUs, a SKU without a price."""
    if not items:
        return {"items": _("请选择商品，并填写秒杀价和活动库存")}
    return {f"items[{place}].price": _("请填写秒杀价") for place, item in enumerate(items) if item.price is None}
