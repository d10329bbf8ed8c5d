"""Writes on products: one path for one product and for thousands."""

from collections.abc import Sequence
from typing import Any

import nh3
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.catalog.drafts import ProductDraft
from shop.catalog.models import SKU, Brand, Category, Product
from shop.catalog.rules import product_problems
from shop.catalog.services.matrix import save_parts
from shop.catalog.services.summary import announce, refresh_summaries
from shop.core.errors import ShopError

_FIELDS = ("code", "title", "subtitle", "keywords", "unit", "is_on_shelf", "is_new", "is_hot")
_STORED = (*_FIELDS, "category_id", "brand_id", "detail_html", "archived_at")


def save_product(draft: ProductDraft) -> Product:
    """Make a product, or bring the one with the draft's key to the draft; SKUs the draft lacks leave the shop.

    Raises ShopError `product_invalid` (detail: field → reason), 409 `code_taken`, 404 `not_found`.
    """
    try:
        product = save_products([draft])[0]
    except IntegrityError as error:
        raise ShopError("code_taken", _("商品编码或 SKU 编码已被使用"), status=409) from error
    product.refresh_from_db(fields=["price", "list_price", "cover"])
    return product


@transaction.atomic
def save_products(drafts: Sequence[ProductDraft]) -> list[Product]:
    """Do what `save_product` does for many products with a fixed number of queries, all or none.

    An archived product comes back. Raises as `save_product` does, and IntegrityError when another transaction
    took a code meanwhile.
    """
    if not drafts:
        return []
    for draft in drafts:
        if problems := product_problems(draft):
            raise _invalid({problem.field: problem.reason for problem in problems})
    existing = _locked([draft.key for draft in drafts if draft.key])
    _refuse_unknown_categories(drafts)
    _refuse_taken_codes(drafts)
    brands = _ensure_brands({draft.brand for draft in drafts if draft.brand})
    products = [existing[draft.key] if draft.key else Product() for draft in drafts]
    changed = [_take_over(product, draft, brands) for product, draft in zip(products, drafts, strict=True)]
    _store(products, changed)
    touched = save_parts(list(zip(products, drafts, strict=True)))
    affected = [
        product for product, is_changed in zip(products, changed, strict=True) if is_changed or product.pk in touched
    ]
    refresh_summaries([product.pk for product in affected])
    announce(affected)
    return products


def _invalid(detail: dict[str, str]) -> ShopError:
    return ShopError("product_invalid", _("商品填写有误"), detail=detail)


def _locked(keys: list[str]) -> dict[str, Product]:
    rows = Product.objects.select_for_update(of=("self",)).filter(key__in=keys).order_by("pk")
    found = {product.key: product for product in rows}
    if len(found) < len(set(keys)):
        raise ShopError("not_found", _("没有找到"), status=404)
    return found


def _refuse_unknown_categories(drafts: Sequence[ProductDraft]) -> None:
    wanted = {draft.category for draft in drafts}
    if Category.objects.filter(pk__in=wanted).count() < len(wanted):
        raise _invalid({"category": str(_("分类不存在"))})


def _refuse_taken_codes(drafts: Sequence[ProductDraft]) -> None:
    """Refuse codes of other products. Two transactions at once are kept apart by the unique constraints."""
    owners = {draft.code: draft.key for draft in drafts}
    sku_owners = {sku.code: draft.key for draft in drafts for sku in draft.skus}
    if len(owners) < len(drafts) or len(sku_owners) < sum(len(draft.skus) for draft in drafts):
        raise ShopError("code_taken", _("商品编码或 SKU 编码重复"), status=409)
    stored = Product.objects.filter(code__in=owners).values_list("code", "key")
    stored_skus = SKU.objects.filter(code__in=sku_owners).values_list("code", "product__key")
    taken = [code for code, key in stored if owners[code] != key]
    taken += [code for code, key in stored_skus if sku_owners[code] != key]
    if taken:
        raise ShopError(
            "code_taken", _("商品编码或 SKU 编码已被使用"), status=409, detail={"codes": sorted(taken)[:20]}
        )


def _ensure_brands(names: set[str]) -> dict[str, int]:
    Brand.objects.bulk_create([Brand(name=name) for name in sorted(names)], ignore_conflicts=True)
    return dict(Brand.objects.filter(name__in=names).values_list("name", "pk"))


def _take_over(product: Product, draft: ProductDraft, brands: dict[str, int]) -> bool:
    """Write the draft's values into the row and return whether that changed it."""
    values: dict[str, Any] = {name: getattr(draft, name) for name in _FIELDS}
    values |= {
        "category_id": draft.category,
        "brand_id": brands[draft.brand] if draft.brand else None,
        "detail_html": nh3.clean(draft.detail_html) if draft.detail_html else "",
        "archived_at": None,
    }
    changed = [name for name, value in values.items() if getattr(product, name) != value]
    for name in changed:
        setattr(product, name, values[name])
    return bool(changed) or product.pk is None


def _store(products: Sequence[Product], changed: Sequence[bool]) -> None:
    pairs = list(zip(products, changed, strict=True))
    known = [product for product, is_changed in pairs if is_changed and product.pk]
    now = timezone.now()
    for product in known:
        product.updated_at = now
    Product.objects.bulk_update(known, [*_STORED, "updated_at"], batch_size=500)
    Product.objects.bulk_create([product for product in products if product.pk is None])


@transaction.atomic
def set_shelf(product: Product, *, on_shelf: bool) -> None:
    """Put a product on the shelf or take it off; ShopError `product_archived` for an archived one."""
    changed = Product.objects.filter(pk=product.pk, archived_at=None).update(
        is_on_shelf=on_shelf, updated_at=timezone.now()
    )
    if not changed:
        raise ShopError("product_archived", _("商品已归档"), status=409)
    product.is_on_shelf = on_shelf
    announce([product])


@transaction.atomic
def archive_product(product: Product) -> None:
    """Take a product out of the shop for good; orders that hold it stay readable. Repeating has no effect."""
    now = timezone.now()
    if not Product.objects.filter(pk=product.pk, archived_at=None).update(
        archived_at=now, is_on_shelf=False, updated_at=now
    ):
        return
    product.archived_at, product.is_on_shelf = now, False
    announce([product])
