"""Import of products with their SKUs and stock."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from shop.catalog.drafts import AttributeDraft, ProductDraft, SKUDraft
from shop.catalog.importing.lines import read_lines, too_many
from shop.catalog.importing.part import Context, Count, Part, batches, with_parents
from shop.catalog.importing.rows import ProductRow, parse_row
from shop.catalog.models import SKU, Product
from shop.catalog.services import ensure_categories, save_products

STOCK_MOVE = "IMPORT"

# Optional fields of a row and what they are called in a draft; one that an update leaves out stays as it is.
_NAMES = {
    "subtitle": "subtitle",
    "keywords": "keywords",
    "unit": "unit",
    "detail_html": "detail_html",
    "on_sale": "is_on_shelf",
    "is_new": "is_new",
    "is_hot": "is_hot",
}
_SKU_NAMES = ("list_price", "weight", "barcode")


class ProductPart(Part):
    """JSON Lines files, one product a line."""

    tables = ("products", "skus", "categories")
    suffix = ".jsonl"
    columns = frozenset()

    def __init__(self) -> None:
        self.rows: list[ProductRow] = []
        self._codes: dict[str, ProductRow] = {}
        self._sku_codes: dict[str, ProductRow] = {}

    @property
    def size(self) -> int:
        """How many products the files hold."""
        return len(self.rows)

    def read(self, path: Path, context: Context) -> None:
        """Read one file."""
        report, file = context.report, str(path)
        rows = 0
        for line, text in read_lines(path, report):
            if not text.strip():
                continue
            rows += 1
            if too_many(rows, file, line, report):
                return
            row = parse_row(
                file, line, text, error=partial(report.error, file, line), warn=partial(report.warning, file, line)
            )
            if row is not None:
                self._add(row, context)

    def _add(self, row: ProductRow, context: Context) -> None:
        self._claim(self._codes, row.draft.code, row, "code", context)
        for index, sku in enumerate(row.draft.skus):
            if self._sku_codes.get(sku.code) is not row:  # twice in one row is reported by the row's own rules
                self._claim(self._sku_codes, sku.code, row, f"skus[{index}].code", context)
        self.rows.append(row)
        context.product_codes.add(row.draft.code)

    def _claim(self, owners: dict[str, ProductRow], code: str, row: ProductRow, name: str, context: Context) -> None:
        first = owners.setdefault(code, row)
        if code and first is not row:
            reason = _("编码“%(code)s”与 %(file)s 第 %(line)d 行重复")
            context.report.error(
                row.file, row.line, name, reason % {"code": code, "file": first.file, "line": first.line}
            )

    def check(self, context: Context) -> None:
        """Report codes the shop has already."""
        for rows in batches(self.rows):
            codes = _storable(row.draft.code for row in rows)
            known = set(Product.objects.filter(code__in=codes).values_list("code", flat=True))
            sku_codes = _storable(sku.code for row in rows for sku in row.draft.skus)
            owners = dict(SKU.objects.filter(code__in=sku_codes).values_list("code", "product__code"))
            for row in rows:
                if row.draft.code in known and not context.update:
                    reason = _("商品编码“%(code)s”已存在（要修改请加 --update）") % {"code": row.draft.code}
                    context.report.error(row.file, row.line, "code", reason)
                for index, sku in enumerate(row.draft.skus):
                    if owners.get(sku.code, row.draft.code) != row.draft.code:
                        reason = _("SKU 编码“%(code)s”已属于其他商品") % {"code": sku.code}
                        context.report.error(row.file, row.line, f"skus[{index}].code", reason)

    def apply(self, context: Context) -> dict[str, Count]:
        """Write products, SKUs and stock."""
        paths = {row.path: None for row in self.rows}
        categories, made = ensure_categories(paths)
        keys = {path: category.pk for path, category in categories.items()}
        products = skus = 0
        for rows in batches(self.rows):
            new_products, new_skus = _write(rows, keys, context)
            products, skus = products + new_products, skus + new_skus
            context.progress(len(rows))
        named = with_parents(paths) - context.category_paths
        context.category_paths |= named
        return {
            "products": Count(len(self.rows), products),
            "skus": Count(len(self._sku_codes), skus),
            "categories": Count(len(named), made),
        }


def _storable(codes: Iterable[str]) -> list[str]:
    return [code for code in codes if "\0" not in code]  # PostgreSQL refuses to even look for NUL


def _write(rows: Sequence[ProductRow], categories: dict[tuple[str, ...], int], context: Context) -> tuple[int, int]:
    """Write some products and return how many products and SKUs are new."""
    stored = {
        product.code: product
        for product in Product.objects.filter(code__in=[row.draft.code for row in rows])
        .select_related("brand")
        .prefetch_related("attributes", "skus")
    }
    drafts = [_as_update(row, stored[row.draft.code]) if row.draft.code in stored else row.draft for row in rows]
    save_products([replace(draft, category=categories[row.path]) for row, draft in zip(rows, drafts, strict=True)])
    levels = {code: units for row in rows for code, units in row.stock.items()}
    written = dict(SKU.objects.filter(code__in=levels).values_list("code", "pk"))
    import_string(settings.STOCK_WRITER)(
        {pk: levels[code] for code, pk in written.items()}, kind=STOCK_MOVE, ref=context.ref, actor=context.actor
    )
    known = {sku.code for product in stored.values() for sku in product.skus.all()}
    return len(rows) - len(stored), len(set(levels) - known)


def _as_update(row: ProductRow, product: Product) -> ProductDraft:
    """Return the row's draft with the product's key; what the row leaves out stays as it is."""
    kept: dict[str, object] = {
        draft_name: getattr(product, draft_name) for name, draft_name in _NAMES.items() if name not in row.given
    }
    if "brand" not in row.given:
        kept["brand"] = product.brand.name if product.brand else ""
    if "attributes" not in row.given:
        kept["attributes"] = tuple(AttributeDraft(item.name, item.value) for item in product.attributes.all())
    present = {sku.code: sku for sku in product.skus.all()}
    kept["skus"] = tuple(_as_sku_update(sku, present.get(sku.code), row) for sku in row.draft.skus)
    return replace(row.draft, key=product.key, **kept)  # type: ignore[arg-type]


def _as_sku_update(draft: SKUDraft, present: SKU | None, row: ProductRow) -> SKUDraft:
    if present is None:
        return draft
    kept = {name: getattr(present, name) for name in _SKU_NAMES if name not in row.given_by_sku[draft.code]}
    return replace(draft, key=present.key, **kept)
