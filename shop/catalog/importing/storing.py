"""What every file of products has in common: its rows are checked, compared and written in the same way."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from shop.catalog.drafts import ProductDraft
from shop.catalog.exporting.drafts import drafts_of, stock_levels
from shop.catalog.importing.merging import Difference, differences, merge
from shop.catalog.importing.part import Context, Count, Part, batches, with_parents
from shop.catalog.importing.rows import ProductRow
from shop.catalog.models import SKU, Category, Product
from shop.catalog.rules import product_problems
from shop.catalog.services import ensure_categories, save_products

STOCK_MOVE = "IMPORT"
_NO_CATEGORY = 0


@dataclass(frozen=True, slots=True)
class ProductChange:
    """What an import does to one product; `is_new` has no differences."""

    code: str
    title: str
    is_new: bool
    differences: Sequence[Difference]


@dataclass(frozen=True, slots=True)
class _Stored:
    """The shop's products that some rows name."""

    drafts: dict[str, ProductDraft] = field(default_factory=dict)  # by code
    live: set[str] = field(default_factory=set)  # codes of those that are not archived
    levels: dict[str, int] = field(default_factory=dict)


class StoredPart(Part):
    """Products: `read` of a subclass hands the rows to `add`."""

    tables = ("products", "skus", "categories")
    columns = frozenset()

    def __init__(self) -> None:
        self.rows: list[ProductRow] = []

    @property
    def size(self) -> int:
        """How many products the files hold."""
        return len(self.rows)

    def add(self, row: ProductRow, context: Context) -> None:
        """Take up a row; codes that another row has are reported."""
        if not context.may_stock:
            row = replace(row, stock={})
        self._claim("product", row.draft.code, row, "code", context)
        for index, sku in enumerate(row.draft.skus):
            if context.owners.get(("sku", sku.code)) is not row:  # twice in one row is reported by the row's own rules
                self._claim("sku", sku.code, row, f"skus[{index}].code", context)
        self.rows.append(row)
        context.product_codes.add(row.draft.code)

    def _claim(self, kind: str, code: str, row: ProductRow, name: str, context: Context) -> None:
        first: ProductRow = context.owners.setdefault((kind, code), row)
        if code and first is not row:
            reason = _("编码“%(code)s”与 %(file)s 第 %(line)d 行重复")
            row.note(context.report, name, reason % {"code": code, "file": first.file, "line": first.line})

    def check(self, context: Context) -> None:
        """Report codes the shop has already, and what the shop's own values would make of a row."""
        for rows in batches(self.rows):
            sku_codes = _storable(sku.code for row in rows for sku in row.draft.skus)
            owners = dict(SKU.objects.filter(code__in=sku_codes).values_list("code", "product__code"))
            stored = _stored(rows)
            for row in rows:
                if row.draft.code in stored.drafts and not context.update:
                    reason = _("商品编码“%(code)s”已存在（要修改请加 --update）") % {"code": row.draft.code}
                    row.note(context.report, "code", reason)
                for index, sku in enumerate(row.draft.skus):
                    if owners.get(sku.code, row.draft.code) != row.draft.code:
                        reason = _("SKU 编码“%(code)s”已属于其他商品") % {"code": sku.code}
                        row.note(context.report, f"skus[{index}].code", reason)
                if context.update and row.draft.code in stored.drafts:
                    _check_merged(row, stored.drafts[row.draft.code], context)

    def changes(self, context: Context) -> Iterable[ProductChange]:
        """Yield what `apply` would do to each product that it would make or change; the rows must be right."""
        paths = {category.pk: path for path, category in Category.objects.by_path().items()}
        keys = {path: pk for pk, path in paths.items()}
        for number, path in enumerate({row.path for row in self.rows} - set(keys), 1):
            paths[-number], keys[path] = path, -number  # a category that the import would make
        for rows in batches(self.rows):
            stored = _stored(rows)
            for row in rows:
                code, title = row.draft.code, row.draft.title
                if code not in stored.live:
                    yield ProductChange(code, title, True, ())
                elif found := _differences(row, stored, keys[row.path], paths):
                    yield ProductChange(code, title, False, found)
            context.progress(len(rows))

    def apply(self, context: Context) -> dict[str, Count]:
        """Write products and SKUs; rows that change nothing are left alone."""
        paths = {row.path: None for row in self.rows}
        categories, made = ensure_categories(paths)
        keys = {path: category.pk for path, category in categories.items()}
        products = skus = Count(0, 0)
        for rows in batches(self.rows):
            written, written_skus = _write(rows, keys)
            products, skus = products + written, skus + written_skus
            context.progress(len(rows))
        named = with_parents(paths) - context.category_paths
        context.category_paths |= named
        return {
            "products": products,
            "skus": skus,
            "categories": Count(len(named), made),
        }

    def write_stock(self, context: Context) -> None:
        """Write the stock, last: shoppers' orders wait for its rows until the transaction ends."""
        levels = {code: units for row in self.rows for code, units in row.stock.items()}
        if not levels:
            return
        written = dict(SKU.objects.filter(code__in=list(levels)).values_list("code", "pk"))
        import_string(settings.STOCK_WRITER)(
            {pk: levels[code] for code, pk in written.items()},
            kind=STOCK_MOVE,
            ref=context.ref,
            reason=context.source,
            actor=context.actor,
        )


def _storable(codes: Iterable[str]) -> list[str]:
    return [code for code in codes if "\0" not in code]  # PostgreSQL refuses to even look for NUL


def _stored(rows: Sequence[ProductRow]) -> _Stored:
    codes = _storable(row.draft.code for row in rows)
    found = list(Product.objects.filter(code__in=codes).values_list("pk", "code", "archived_at"))
    drafts = drafts_of([pk for pk, _code, _archived in found])
    return _Stored(
        drafts={code: drafts[pk] for pk, code, _archived in found},
        live={code for _pk, code, archived in found if archived is None},
        levels=stock_levels([pk for pk, _code, _archived in found]),
    )


def _check_merged(row: ProductRow, stored: ProductDraft, context: Context) -> None:
    known = {problem.field for problem in product_problems(row.draft)}
    for problem in product_problems(merge(row, stored, _NO_CATEGORY)):
        if problem.field not in known:
            row.note(context.report, problem.field, problem.reason)


def _differences(
    row: ProductRow, stored: _Stored, category: int, paths: dict[int, tuple[str, ...]] | None
) -> list[Difference]:
    present = stored.drafts[row.draft.code]
    draft = merge(row, present, category)
    return differences(draft, present, units=row.stock, levels=stored.levels, paths=paths or {})


def _lock(rows: Sequence[ProductRow]) -> None:
    codes = _storable(row.draft.code for row in rows)
    named = Product.objects.filter(code__in=codes).order_by("pk")
    list(named.select_for_update(of=("self",)).values_list("pk", flat=True))


def _write(rows: Sequence[ProductRow], categories: dict[tuple[str, ...], int]) -> tuple[Count, Count]:
    """Write some products and return what was counted of products and SKUs."""
    _lock(rows)  # what a row leaves out is written back as it was read: nobody may change it in between
    stored = _stored(rows)
    drafts = []
    for row in rows:
        code, category = row.draft.code, categories[row.path]
        if code not in stored.drafts:
            drafts.append(replace(row.draft, category=category))
        elif code not in stored.live or _differences(row, stored, category, None):
            drafts.append(merge(row, stored.drafts[code], category))
    save_products(drafts)
    known = {sku.code for draft in stored.drafts.values() for sku in draft.skus}
    wanted = {sku.code for row in rows for sku in row.draft.skus}
    new = len(rows) - len(stored.drafts)
    return Count(len(rows), new, len(drafts) - new), Count(len(wanted), len(wanted - known))
