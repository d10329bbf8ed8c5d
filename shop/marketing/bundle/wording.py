"""What shoppers read of a bundle, and what must be right about one."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from shop.core.money import yuan
from shop.promotions.drafts import ItemDraft, Problems, normal_prices
from shop.promotions.models import Activity
from shop.promotions.wording import plain_yuan

MOST_OF_ONE = 99


def summary(activity: Activity, items: Sequence[ItemDraft]) -> str:
    """Return what a set costs: 套餐价 99 元，每人限 2 套."""
    price = activity.rule.get("price")
    if not price:
        return ""
    told = _("套餐价 %(amount)s 元") % {"amount": plain_yuan(price)}
    return told + (_("，每人限 %(count)d 套") % {"count": most}) if (most := activity.most_per_member) else told


def check(activity: Activity, items: Sequence[ItemDraft]) -> Problems:
    """Return what is wrong: fewer than two units, a SKU without a quantity, a price that is none for the whole set."""
    units = [int(item.details.get("quantity", 0)) for item in items]
    found = {
        f"items[{place}].quantity": _("请填写 1 到 %(count)d 件") % {"count": MOST_OF_ONE}
        for place, count in enumerate(units)
        if not 1 <= count <= MOST_OF_ONE
    }
    if sum(units) < 2:
        return found or {"items": _("请选择套餐里的商品，填写每套几件，一套至少两件")}
    return found or _price(activity.rule.get("price") or 0, normal_of(items), sum(units))


def normal_of(items: Sequence[ItemDraft]) -> int:
    """Return what the parts of a set cost by themselves, in fen."""
    prices = normal_prices(items)
    return sum(prices.get(item.sku, 0) * int(item.details.get("quantity", 1)) for item in items)


def _price(price: int, normal: int, units: int) -> Problems:
    """A set is cheaper than its parts, and each of its units costs a fen at least."""
    if units <= price < normal:
        return {}
    text = _("要低于单买的合计 %(price)s 元，每件最低 0.01 元")
    return {"price": text % {"price": yuan(normal)}}
