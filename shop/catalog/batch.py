"""Editing many products at once: one description of the change, applied to each product's draft. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from shop.catalog.drafts import ProductDraft, SKUDraft
from shop.catalog.importing.merging import Difference, differences
from shop.catalog.rules import Problem, product_problems

SET, ADD, PERCENT = "set", "add", "percent"
_WHOLE = 10_000  # basis points of the whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What to change; None stays as it is.

    `price` is fen for SET and ADD, basis points for PERCENT (-500 is five percent off); `stock` is units.
    """

    price_mode: str = ""
    price: int = 0
    stock_mode: str = ""
    stock: int = 0
    category: int | None = None
    on_shelf: bool | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> "Edit":
        """Return the edit that `as_dict` described."""
        return cls(**values)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Planned:
    """What an edit does to one product, and what forbids it."""

    before: ProductDraft
    after: ProductDraft
    units: dict[str, int]  # SKU code → units on hand afterwards
    differences: Sequence[Difference]
    problems: Sequence[Problem]


def plan(draft: ProductDraft, edit: Edit, *, levels: Mapping[str, int], paths: Mapping[int, Any]) -> Planned:
    """Return what the edit makes of a product; `levels` is the stock on hand by SKU code, `paths` names categories."""
    after = replace(
        draft,
        category=edit.category or draft.category,
        is_on_shelf=draft.is_on_shelf if edit.on_shelf is None else edit.on_shelf,
        skus=tuple(_priced(sku, edit) for sku in draft.skus),
    )
    units = _stocked(draft, edit, levels)
    problems = [*product_problems(after), *(Problem(f"{code}.stock", "") for code, left in units.items() if left < 0)]
    found = differences(after, draft, units=units, levels=levels, paths=paths)
    return Planned(draft, after, units, found, problems)


def _priced(sku: SKUDraft, edit: Edit) -> SKUDraft:
    """Return the SKU with its new price; a list price not above it is none, members never pay more than others."""
    price = {
        SET: edit.price,
        ADD: sku.price + edit.price,
        PERCENT: (sku.price * (_WHOLE + edit.price) + _WHOLE // 2) // _WHOLE,
    }.get(edit.price_mode, sku.price)
    list_price = sku.list_price if sku.list_price > price or price == sku.price else 0
    return replace(sku, price=price, list_price=list_price, member_price=min(sku.member_price or 0, max(price, 0)))


def _stocked(draft: ProductDraft, edit: Edit, levels: Mapping[str, int]) -> dict[str, int]:
    if edit.stock_mode == SET:
        return {sku.code: edit.stock for sku in draft.skus}
    if edit.stock_mode == ADD:
        return {sku.code: levels.get(sku.code, 0) + edit.stock for sku in draft.skus}
    return {}
