"""The front page's items as plain values."""

from collections.abc import Iterable
from typing import Any

from shop.catalog.models import Category
from shop.decoration.models import HomeItem
from shop.library.models import Asset

Row = dict[str, Any]
_NAMES = {HomeItem.Place.BANNER: "banners", HomeItem.Place.ENTRY: "entries", HomeItem.Place.STRIP: "strips"}


def home_items(top: Iterable[Category]) -> dict[str, list[Row]]:
    """Return banners, entries and strips that show now, each in order; `top` categories where there are no entries."""
    found: dict[str, list[Row]] = {name: [] for name in _NAMES.values()}
    for item in HomeItem.objects.showing().select_related("picture", "product", "category"):
        found[_NAMES[HomeItem.Place(item.place)]].append(
            {"key": item.key, "title": item.title, "picture": _picture(item.picture), "link": _link(item)}
        )
    found["entries"] = found["entries"] or [_entry_of(category) for category in top]
    return found


def _entry_of(category: Category) -> Row:
    return {
        "key": category.key,
        "title": category.name,
        "picture": _picture(category.picture) if category.picture else None,
        "link": {"kind": "category", "value": category.key},
    }


def _picture(asset: Asset) -> Row:
    return {
        "large": asset.url(),
        "medium": asset.url(400),
        "small": asset.url(200),
        "jpeg": asset.url(jpeg=True),
        "width": asset.width,
        "height": asset.height,
    }


def _link(item: HomeItem) -> Row | None:
    """Return where a tap leads; None for nowhere, or for what shoppers may not see."""
    product, category = item.product, item.category
    if item.target in (item.Target.SEARCH, item.Target.PAGE, item.Target.OFFER):
        return {"kind": item.target.lower(), "value": item.text}
    if product and product.is_on_shelf and product.archived_at is None:
        return {"kind": "product", "value": product.key}
    if category and category.is_shown:
        return {"kind": "category", "value": category.key}
    return None
