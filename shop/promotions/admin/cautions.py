"""What looks like a slip in an activity; told before it is published, since nothing can be changed after that."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.core.admin_fields import money
from shop.promotions.admin.items import units_left

LOW_TENTHS = 3  # below so many tenths of the normal price a slip is likelier than an offer

Rows = Sequence[Mapping[str, Any]]  # SKUs of an activity as `rows_of` gives them


def is_low(price: int, normal: int) -> bool:
    """Return whether a price (fen) is so far below the normal one that staff should look again."""
    return price * 10 < normal * LOW_TENTHS


def price_cautions(rows: Rows) -> list[str]:
    """Return the SKUs that are nearly given away: how many, and the cheapest of them."""
    low = [row for row in rows if is_low(row["price"], row["sku"].price)]
    if not low:
        return []
    lowest = min(low, key=lambda row: row["price"] / row["sku"].price)
    told = {
        "count": len(low),
        "title": _named(lowest["sku"]),
        "price": money(lowest["price"]),
        "normal": money(lowest["sku"].price),
    }
    text = ngettext(
        "有 %(count)d 个规格不到原价的三成：%(title)s 只卖 %(price)s，原价 %(normal)s。请确认没有填错。",
        "有 %(count)d 个规格不到原价的三成，最低的是 %(title)s：只卖 %(price)s，原价 %(normal)s。请确认没有填错。",
        len(low),
    )
    return [text % told]


def stock_cautions(rows: Rows, needed: Mapping[int, int]) -> list[str]:
    """Return the SKUs of which fewer units can be sold than are `needed` (SKU pk → units)."""
    left = units_left({row["sku"].product_id for row in rows})
    text = _("%(title)s 现在可售 %(left)d 件，活动要用 %(needed)d 件。")
    return [
        text % {"title": _named(row["sku"]), "left": left.get(row["sku"].pk, 0), "needed": needed[row["sku"].pk]}
        for row in rows
        if left.get(row["sku"].pk, 0) < needed.get(row["sku"].pk, 0)
    ]


def _named(sku: Any) -> str:
    return f"{sku.product.title} {sku.option_text}".strip()
