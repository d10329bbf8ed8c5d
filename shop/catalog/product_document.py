"""A product as plain values: what the audit log compares, and what an old form is compared with."""

from collections.abc import Iterator, Mapping
from typing import Any

from shop.catalog.models import SKU, Product

Document = dict[str, Any]

_FIELDS = (
    *("title", "subtitle", "code", "unit", "keywords", "kind", "is_on_shelf", "is_new", "is_hot"),
    *("most_per_order", "most_per_member", "least_per_order", "detail_html"),
)
_SKU_FIELDS = ("code", "option_text", "price", "list_price", "cost_price", "member_price", "barcode", "weight")


def document_of(product: Product) -> Document:
    """Return everything the product's form shows, read anew; prices in fen, SKUs under `skus <code>`."""
    stored = Product.objects.select_related("category", "brand", "video").get(pk=product.pk)
    return {
        **{name: getattr(stored, name) for name in _FIELDS},
        **{name: _moment(getattr(stored, name)) for name in ("on_shelf_at", "off_shelf_at")},
        "category": stored.category.name,
        "brand": stored.brand.name if stored.brand else "",
        "video": stored.video.key if stored.video else "",
        "tags": list(stored.product_tags.values_list("tag__name", flat=True)),
        "guarantees": list(stored.product_guarantees.values_list("guarantee__name", flat=True)),
        "related": list(stored.related_products.values_list("related__title", flat=True)),
        "pictures": list(stored.pictures.values_list("asset__key", flat=True)),
        "options": {option.name: option.values for option in stored.options.all()},
        "attributes": dict(stored.attributes.values_list("name", "value")),
        **{f"skus {sku.code}": _sku(sku) for sku in stored.skus.filter(archived_at=None).select_related("picture")},
    }


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None


def _sku(sku: SKU) -> Document:
    return {name: getattr(sku, name) for name in _SKU_FIELDS} | {"picture": sku.picture.key if sku.picture else ""}


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Document, Document]:
    """Return what differs between two documents, as it was and as it is; of a SKU only the values that differ.

    What exists on one side only is whole there and None on the other.
    """
    old, new = dict(_differing(before, after)), dict(_differing(after, before))
    return {name: old.get(name) for name in (*old, *new)}, {name: new.get(name) for name in (*old, *new)}


def without_costs(document: Mapping[str, Any]) -> Document:
    """Return the document as those may read it who may not change the product."""
    return {
        name: {key: part for key, part in value.items() if key != "cost_price"} if isinstance(value, dict) else value
        for name, value in document.items()
    }


def _differing(one: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in one.items():
        if name not in other:
            yield name, value
        elif value != other[name]:
            both = name.startswith("skus ") and isinstance(value, dict) and isinstance(other[name], dict)
            yield name, {key: part for key, part in value.items() if part != other[name].get(key)} if both else value
