"""Writes on products: one path for one product and for thousands."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from shop.catalog import richtext
from shop.catalog.drafts import ProductDraft
from shop.catalog.models import SKU, Brand, Category, Product
from shop.catalog.rules import product_problems
from shop.catalog.services.assets import held
from shop.catalog.services.labels import save_labels
from shop.catalog.services.matrix import save_parts
from shop.catalog.services.schedule import keep_time
from shop.catalog.services.summary import announce, mark_edited, refresh_summaries
from shop.core.errors import ShopError
from shop.library.models import Asset

_FIELDS = ("code", "title", "subtitle", "keywords", "unit", "is_on_shelf", "is_new", "is_hot")
_LIMITS = ("most_per_order", "most_per_member", "least_per_order")
_SCHEDULE = ("on_shelf_at", "off_shelf_at")
_STORED = (*_FIELDS, *_LIMITS, *_SCHEDULE, "kind", "video_id", "category_id", "brand_id", "detail_html", "archived_at")


def save_product(draft: ProductDraft) -> Product:
    """Make a product, or bring the one with the draft's key to the draft; SKUs the draft lacks leave the shop.

    Raises ShopError `product_invalid` (detail: field → reason), 409 `code_taken`, 409 `product_changed` (somebody
    else saved since the draft's version), 404 `not_found`.
    """
    try:
        product = save_products([draft])[0]
    except IntegrityError as error:
        raise ShopError("code_taken", _("商品编码或 SKU 编码已被使用"), status=409) from error
    product.refresh_from_db(fields=["price", "list_price", "cover", "version"])
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
    _refuse_old_versions(drafts, existing)
    _refuse_kind_changes(drafts, existing)
    _refuse_unknown_categories(drafts)
    _refuse_taken_codes(drafts)
    brands = _ensure_brands({draft.brand for draft in drafts if draft.brand})
    products = [existing[draft.key] if draft.key else Product() for draft in drafts]
    videos = held([draft.video for draft in drafts], Asset.Kind.VIDEO)
    times = [_times(product) for product in products]
    changed = [_take_over(product, draft, brands, videos) for product, draft in zip(products, drafts, strict=True)]
    _store(products, changed)
    pairs = list(zip(products, drafts, strict=True))
    touched = save_parts(pairs) | save_labels(pairs)
    affected = [
        product for product, is_changed in zip(products, changed, strict=True) if is_changed or product.pk in touched
    ]
    refresh_summaries([product.pk for product in affected])
    mark_edited([product.pk for product in affected if product.key in existing])
    for product, before in zip(products, times, strict=True):
        if _times(product) != before:
            keep_time(product)
    announce(affected)
    return products


def _invalid(detail: dict[str, str]) -> ShopError:
    return ShopError("product_invalid", _("商品填写有误"), detail=detail)


def _locked(keys: list[str]) -> dict[str, Product]:
    # Not against the foreign keys of an order's rows, which are looked at when it commits, its stock locked.
    rows = Product.objects.select_for_update(of=("self",), no_key=True).filter(key__in=keys).order_by("pk")
    found = {product.key: product for product in rows}
    if len(found) < len(set(keys)):
        raise ShopError("not_found", _("没有找到"), status=404)
    return found


def _refuse_old_versions(drafts: Sequence[ProductDraft], existing: dict[str, Product]) -> None:
    for draft in drafts:
        if draft.key and draft.version is not None and draft.version != existing[draft.key].version:
            raise ShopError(
                "product_changed",
                _("商品已被别人修改，请核对后再保存"),
                status=409,
                detail={"present": existing[draft.key].version},
            )


def _refuse_kind_changes(drafts: Sequence[ProductDraft], existing: dict[str, Product]) -> None:
    """Refuse another kind for what has stock or orders: cards have their stock in secrets, services their codes."""
    changed = [
        existing[draft.key].pk for draft in drafts if draft.key and draft.kind not in (None, existing[draft.key].kind)
    ]
    if not changed:
        return
    skus = SKU.objects.filter(product__in=changed)
    # Stock first: what holds it still keeps orders from being placed until this transaction ends.
    has_stock = import_string(settings.STOCK_HOLDER)(list(skus.values_list("pk", flat=True)))
    if has_stock or skus.filter(order_lines__isnull=False).exists():
        raise _invalid({"kind": str(_("商品已有库存或订单，不能再改类型；请另建一个商品"))})


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


def _take_over(product: Product, draft: ProductDraft, brands: dict[str, int], videos: dict[str, int]) -> bool:
    """Write the draft's values into the row and return whether that changed it."""
    values: dict[str, Any] = {name: getattr(draft, name) for name in _FIELDS}
    values |= {
        "category_id": draft.category,
        "brand_id": brands[draft.brand] if draft.brand else None,
        "detail_html": richtext.clean(draft.detail_html),
        "archived_at": None,
        "video_id": product.video_id if draft.video is None else videos.get(draft.video),
        **_selling_values(product, draft),
    }
    changed = [name for name, value in values.items() if getattr(product, name) != value]
    for name in changed:
        setattr(product, name, values[name])
    return bool(changed) or product.pk is None


def _selling_values(product: Product, draft: ProductDraft) -> dict[str, Any]:
    """Return kind, limits and schedule: what the draft leaves open stays, as far as it makes sense on the shelf."""
    limits, schedule = draft.limits or product, draft.schedule or product
    values = {name: getattr(limits, name) for name in _LIMITS}
    values["kind"] = draft.kind or product.kind
    values["on_shelf_at"] = None if draft.is_on_shelf else schedule.on_shelf_at
    on_some_day = draft.is_on_shelf or values["on_shelf_at"]
    values["off_shelf_at"] = schedule.off_shelf_at if on_some_day else None
    return values


def _times(product: Product) -> tuple[Any, Any]:
    return product.on_shelf_at, product.off_shelf_at


def _store(products: Sequence[Product], changed: Sequence[bool]) -> None:
    pairs = list(zip(products, changed, strict=True))
    known = [product for product, is_changed in pairs if is_changed and product.pk]
    now = timezone.now()
    for product in known:
        product.updated_at = now
    Product.objects.bulk_update(known, [*_STORED, "updated_at"], batch_size=500)
    Product.objects.bulk_create([product for product in products if product.pk is None])
