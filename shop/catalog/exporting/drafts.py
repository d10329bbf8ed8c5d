"""Stored products as the drafts that would make them."""

from collections.abc import Collection
from typing import Any

from django.db.models import Prefetch

from shop.catalog.drafts import AttributeDraft, LimitsDraft, OptionDraft, ProductDraft, SKUDraft
from shop.catalog.models import SKU, Product, ProductTag


def drafts_of(products: Collection[int]) -> dict[int, ProductDraft]:
    """Return the drafts of these products (primary keys), archived ones too, in the order of their keys (pk).

    Schedule, guarantees and related products are left open.
    """
    tags = ProductTag.objects.order_by("position").select_related("tag")
    live = SKU.objects.filter(archived_at=None).order_by("position", "pk")
    rows = (
        Product.objects.filter(pk__in=products)
        .select_related("brand")
        .prefetch_related(
            "options",
            "attributes",
            Prefetch("skus", live, to_attr="live_skus"),
            Prefetch("product_tags", tags, to_attr="tag_rows"),
        )
        .order_by("pk")
    )
    return {product.pk: _draft(product) for product in rows}


def _draft(product: Any) -> ProductDraft:
    names = [option.name for option in product.options.all()]
    return ProductDraft(
        key=product.key,
        code=product.code,
        title=product.title,
        category=product.category_id,
        brand=product.brand.name if product.brand else "",
        subtitle=product.subtitle,
        keywords=product.keywords,
        unit=product.unit,
        detail_html=product.detail_html.strip(),
        is_on_shelf=product.is_on_shelf,
        is_new=product.is_new,
        is_hot=product.is_hot,
        kind=product.kind,
        limits=LimitsDraft(
            most_per_order=product.most_per_order,
            most_per_member=product.most_per_member,
            least_per_order=product.least_per_order,
        ),
        tags=tuple(row.tag.name for row in product.tag_rows),
        attributes=tuple(AttributeDraft(item.name, item.value) for item in product.attributes.all()),
        options=tuple(OptionDraft(option.name, tuple(option.values)) for option in product.options.all()),
        skus=tuple(_sku(sku, names) for sku in product.live_skus),
    )


def _sku(sku: SKU, names: list[str]) -> SKUDraft:
    """Return the draft with the options in the product's order, which JSON objects do not keep."""
    ordered = sorted(sku.options, key=lambda name: names.index(name) if name in names else len(names))
    return SKUDraft(
        key=sku.key,
        code=sku.code,
        price=sku.price,
        options={name: sku.options[name] for name in ordered},
        list_price=sku.list_price,
        cost_price=sku.cost_price,
        member_price=sku.member_price,
        barcode=sku.barcode,
        weight=sku.weight,
    )


def stock_levels(products: Collection[int]) -> dict[str, int]:
    """Return SKU code → units on hand in the default warehouse, for live SKUs of these products (primary keys)."""
    # Read through the relation: inventory lies above the catalogue.
    stocked = SKU.objects.filter(
        product__in=products, archived_at=None, stock_items__warehouse__is_default=True, stock_items__bucket=""
    )
    return dict(stocked.values_list("code", "stock_items__on_hand"))
