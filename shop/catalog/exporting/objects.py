"""Products as JSON Lines that import back unchanged."""

from collections.abc import Collection, Iterator
from typing import Any

import orjson

from shop.catalog.drafts import ProductDraft, SKUDraft
from shop.catalog.exporting.drafts import drafts_of, stock_levels
from shop.catalog.exporting.rows import batches
from shop.catalog.importing import columns
from shop.catalog.models import Category
from shop.catalog.rules import SEPARATOR
from shop.core.money import yuan

_TEXTS = ("code", "title", "brand", "subtitle", "keywords", "unit", "kind", "is_new", "is_hot", "detail_html")


def lines_of(products: Collection[int], *, with_costs: bool = True) -> Iterator[bytes]:
    """Yield a line for each of these products (primary keys), in the order of their keys."""
    paths = {category.pk: SEPARATOR.join(path) for path, category in Category.objects.by_path().items()}
    for batch in batches(sorted(products)):
        levels = stock_levels(batch)
        for draft in drafts_of(batch).values():
            skus = [_sku(sku, levels.get(sku.code, 0), with_costs=with_costs) for sku in draft.skus]
            yield orjson.dumps({**_product(draft, paths[draft.category]), "skus": skus}) + b"\n"


def _product(draft: ProductDraft, path: str) -> dict[str, Any]:
    limits = {name: getattr(draft.limits, name) for name in columns.LIMITS.values()} if draft.limits else {}
    return {
        **{name: getattr(draft, name) for name in _TEXTS},
        "category": path,
        "price": yuan(min((sku.price for sku in draft.skus), default=0)),
        "on_sale": draft.is_on_shelf,
        "tags": list(draft.tags or ()),
        "attributes": [{"name": item.name, "value": item.value} for item in draft.attributes],
        **limits,
    }


def _sku(sku: SKUDraft, units: int, *, with_costs: bool) -> dict[str, Any]:
    prices = [name for name in columns.SKU_PRICES.values() if with_costs or name != "cost_price"]
    return {
        "code": sku.code,
        "options": sku.options,
        "stock": units,
        "barcode": sku.barcode,
        "weight": sku.weight,
        **{name: yuan(getattr(sku, name) or 0) for name in prices},
    }
