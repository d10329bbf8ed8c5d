"""How the back office shows an activity: as shoppers will see it, as the audit log tells it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.db.models import F
from django.utils.timezone import localtime
from django.utils.translation import get_language

from shop.catalog.models import SKU
from shop.core.admin_fields import money
from shop.inventory.models import StockItem
from shop.pricing.rules import share_off
from shop.promotions.admin.forms import stacking_of
from shop.promotions.admin.scope import scope_in_words
from shop.promotions.contract import Promotion
from shop.promotions.drafts import ItemDraft, drafts_of
from shop.promotions.models import Activity
from shop.promotions.services import summary_of

MOST_SHOWN = 4
_COLUMNS = (
    *("title", "starts_at", "ends_at", "priority", "pay_minutes"),
    *("most_per_order", "most_per_member", "most_per_phone", "most_per_address", "most_members"),
)


def price_of(item: ItemDraft, normal: int) -> int:
    """Return what a unit (fen) costs in an activity, before anything else."""
    if item.price is not None:
        return item.price
    return share_off(normal, int(item.details.get("discount_bp", 0)))


def goods_shown(items: Sequence[ItemDraft], *, by_sku: bool = False) -> list[dict[str, Any]]:
    """Return the products of an activity as a card shows them: each with its cheapest SKU, or every SKU by itself."""
    skus = SKU.objects.select_related("product").in_bulk([item.sku for item in items])
    cheapest: dict[int, dict[str, Any]] = {}
    for item in items:
        if item.sku not in skus:
            continue
        sku = skus[item.sku]
        price = price_of(item, sku.price)
        named = sku.pk if by_sku else sku.product_id
        shown = cheapest.get(named)
        if shown and shown["price"] <= price:
            continue
        cover = storages["public"].url(sku.product.cover) if sku.product.cover else ""
        cheapest[named] = {
            "title": f"{sku.product.title} {sku.option_text}".strip() if by_sku else sku.product.title,
            "cover": cover,
            "price": price,
            "normal": sku.price if price < sku.price else None,
            "units": int(item.details.get("quantity", 1)),
        }
    return list(cheapest.values())


def preview(activity: Activity, items: Sequence[ItemDraft], summary: str) -> dict[str, Any]:
    """Return what shoppers will see of an activity."""
    goods = goods_shown(items)
    return {
        "title": activity.title,
        "summary": summary,
        "goods": goods[:MOST_SHOWN],
        "more": max(len(goods) - MOST_SHOWN, 0),
        "starts_at": activity.starts_at,
        "ends_at": activity.ends_at,
    }


def summary_for_staff(activity: Activity) -> str:
    """Return an activity's rule in a line, in the language of who reads it; shoppers read the shop's."""
    language = get_language() or settings.LANGUAGE_CODE
    if language == settings.LANGUAGE_CODE:
        return activity.summary
    return summary_of(activity, drafts_of(activity.items.all()), language=language)


def rows_of(activity: Activity) -> list[dict[str, Any]]:
    """Return the SKUs of an activity for who reads it; `left` are the units of its own stock that nobody has."""
    own = StockItem.objects.filter(bucket=activity.bucket, bucket__gt="")
    left = dict(own.values_list("sku_id", F("on_hand") - F("reserved")))
    return [
        {
            "item": item,
            "sku": item.sku,
            "price": price_of(draft, item.sku.price),
            "left": left.get(item.sku_id, 0),
        }
        for item in activity.items.select_related("sku__product")
        for draft in drafts_of([item])
    ]


def gifts_in_words(activity: Activity) -> list[str]:
    """Return what the tiers of an activity give: title, options and how many."""
    gifts = [gift for tier in activity.rule.get("tiers", ()) for gift in tier.get("gifts", ())]
    skus = SKU.objects.select_related("product").in_bulk([gift["sku"] for gift in gifts])
    named = [(skus[gift["sku"]], gift["quantity"]) for gift in gifts if gift["sku"] in skus]
    return [f"{sku.product.title} {sku.option_text}".strip() + f" × {quantity}" for sku, quantity in named]


def document_of(activity: Activity, tool: Promotion) -> dict[str, Any]:
    """Return an activity as the audit log compares it."""
    values = {name: getattr(activity, name) for name in _COLUMNS}
    values |= {name: localtime(values[name]).isoformat() for name in ("starts_at", "ends_at")}
    values["stacks"] = [str(label) for stage, label in stacking_of(tool).items() if stage not in activity.excludes]
    values["rule"] = activity.summary
    values["gifts"] = gifts_in_words(activity)
    values["scope"] = scope_in_words(activity.scope)
    values["goods"] = [_row(row) for row in rows_of(activity)]
    return values


def _row(row: Mapping[str, Any]) -> str:
    units = row["item"].units
    return f"{row['sku'].code} {money(row['price'])}{f' × {units}' if units else ''}"
