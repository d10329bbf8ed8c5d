"""A row of a file together with the stored product: what the product shall be, and what that changes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from shop.catalog import richtext
from shop.catalog.drafts import LimitsDraft, OptionDraft, ProductDraft, SKUDraft
from shop.catalog.importing.columns import join_attributes, join_list
from shop.catalog.importing.rows import LIMITS, ProductRow
from shop.core.money import yuan

# Optional fields of a row and what they are called in a draft; one that an update leaves out stays as it is.
_NAMES = {
    "brand": "brand",
    "subtitle": "subtitle",
    "keywords": "keywords",
    "unit": "unit",
    "detail_html": "detail_html",
    "on_sale": "is_on_shelf",
    "is_new": "is_new",
    "is_hot": "is_hot",
    "attributes": "attributes",
    "kind": "kind",
    "tags": "tags",
}
_SKU_NAMES = ("list_price", "weight", "barcode", "cost_price", "member_price")
_COMPARED = ("title", "category", "brand", "subtitle", "keywords", "unit", "is_on_shelf", "is_new", "is_hot", "kind")


@dataclass(frozen=True, slots=True)
class Difference:
    """What an import changes: a field of the product, or of the SKU whose code is given."""

    field: str
    sku: str
    before: str
    after: str


def merge(row: ProductRow, stored: ProductDraft, category: int) -> ProductDraft:
    """Return the draft of a product that the shop has: what the row leaves out stays as it is."""
    kept: dict[str, Any] = {
        draft_name: getattr(stored, draft_name) for name, draft_name in _NAMES.items() if name not in row.given
    }
    present = {sku.code: sku for sku in stored.skus}
    skus = tuple(_merge_sku(sku, present.get(sku.code), row) for sku in row.draft.skus)
    kept |= {"limits": _merge_limits(row, stored), "options": _merge_options(skus, stored.options)}
    return replace(row.draft, key=stored.key, category=category, skus=skus, **kept)


def _merge_sku(draft: SKUDraft, present: SKUDraft | None, row: ProductRow) -> SKUDraft:
    if present is None:
        return draft
    kept: dict[str, Any] = {
        name: getattr(present, name) for name in _SKU_NAMES if name not in row.given_by_sku[draft.code]
    }
    if "member_price" in kept:  # a price that is lowered alone takes the member price with it
        kept["member_price"] = min(kept["member_price"] or 0, draft.price)
    return replace(draft, key=present.key, **kept)


def _merge_limits(row: ProductRow, stored: ProductDraft) -> LimitsDraft | None:
    given, kept = row.draft.limits, stored.limits
    if given is None or kept is None:
        return kept
    return replace(given, **{name: getattr(kept, name) for name in LIMITS if name not in row.given})


def _merge_options(skus: tuple[SKUDraft, ...], stored: tuple[OptionDraft, ...]) -> tuple[OptionDraft, ...]:
    """Return the stored option types with new values at their ends; none when the SKUs have others."""
    if not skus or [option.name for option in stored] != list(skus[0].options):
        return ()
    return tuple(
        OptionDraft(
            option.name, tuple(dict.fromkeys([*option.values, *(sku.options.get(option.name, "") for sku in skus)]))
        )
        for option in stored
    )


def differences(
    draft: ProductDraft, stored: ProductDraft, *, units: Mapping[str, int], levels: Mapping[str, int], paths: Any
) -> list[Difference]:
    """Return what differs between the product as it shall be and as it is.

    `units` is the stock that the file names and `levels` the stock there is, both by SKU code; `paths` gives a
    category's path by its key (pk).
    """
    found = [
        Difference(name, "", _shown(name, getattr(stored, name), paths), _shown(name, getattr(draft, name), paths))
        for name in _COMPARED
        if getattr(draft, name) is not None and getattr(draft, name) != getattr(stored, name)
    ]
    return [*found, *_texts(draft, stored), *_skus(draft, stored, units, levels)]


def _shown(name: str, value: Any, paths: Any) -> str:
    if name == "category":
        return "/".join(paths.get(value, ()))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return str(value)


def _texts(draft: ProductDraft, stored: ProductDraft) -> Iterator[Difference]:
    if draft.attributes != stored.attributes:
        before, after = (join_attributes((a.name, a.value) for a in one.attributes) for one in (stored, draft))
        yield Difference("attributes", "", before, after)
    if draft.tags is not None and draft.tags != stored.tags:
        yield Difference("tags", "", join_list(stored.tags or ()), join_list(draft.tags))
    for name in LIMITS:
        before, after = (str(getattr(one.limits, name)) for one in (stored, draft))
        if draft.limits and before != after:
            yield Difference(name, "", before, after)
    if draft.detail_html != stored.detail_html:
        clean = richtext.clean(draft.detail_html).strip()
        if clean != stored.detail_html:
            yield Difference("detail_html", "", stored.detail_html, clean)


def _skus(
    draft: ProductDraft, stored: ProductDraft, units: Mapping[str, int], levels: Mapping[str, int]
) -> Iterator[Difference]:
    present = {sku.code: sku for sku in stored.skus}
    wanted = {sku.code for sku in draft.skus}
    for sku in stored.skus:
        if sku.code not in wanted:
            yield Difference("sku", sku.code, option_text(sku), "")
    for sku in draft.skus:
        before = present.get(sku.code)
        if before is None:
            yield Difference("sku", sku.code, "", option_text(sku))
            continue
        yield from _sku(sku, before)
        if sku.code in units and units[sku.code] != levels.get(sku.code, 0):
            yield Difference("stock", sku.code, str(levels.get(sku.code, 0)), str(units[sku.code]))
    if wanted == set(present) and [sku.code for sku in draft.skus] != [sku.code for sku in stored.skus]:
        yield Difference("order", "", "、".join(present), "、".join(sku.code for sku in draft.skus))


def _sku(draft: SKUDraft, stored: SKUDraft) -> Iterator[Difference]:
    if list(draft.options.items()) != list(stored.options.items()):
        yield Difference("options", draft.code, option_text(stored), option_text(draft))
    for name in ("price", "list_price", "cost_price", "member_price"):
        if getattr(draft, name) != getattr(stored, name):
            yield Difference(name, draft.code, yuan(getattr(stored, name) or 0), yuan(getattr(draft, name) or 0))
    for name in ("weight", "barcode"):
        if getattr(draft, name) != getattr(stored, name):
            yield Difference(name, draft.code, str(getattr(stored, name)), str(getattr(draft, name)))


def option_text(sku: SKUDraft) -> str:
    """Return 颜色:红 尺码:M."""
    return " ".join(f"{name}:{value}" for name, value in sku.options.items()) or "—"
