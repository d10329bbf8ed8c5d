"""Products as the rows of a spreadsheet that imports back unchanged."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shop.catalog.drafts import ProductDraft, SKUDraft
from shop.catalog.exporting.drafts import drafts_of, stock_levels
from shop.catalog.importing import columns
from shop.catalog.models import Category
from shop.catalog.rules import MOST_OPTIONS, SEPARATOR
from shop.core.money import yuan
from shop.core.sheets import LONGEST_CELL, Cell

_BATCH = 1000
_FEWEST_OPTIONS = 2


@dataclass(frozen=True, slots=True)
class ProductSheet:
    """Titles and rows; the rows are made while they are read."""

    columns: Sequence[str]
    rows: Iterator[list[Cell]]


def sheet_of(products: Collection[int], *, with_costs: bool = True) -> ProductSheet:
    """Return the sheet of these products (primary keys), in the order of their keys."""
    keys = sorted(products)
    paths = {category.pk: SEPARATOR.join(path) for path, category in Category.objects.by_path().items()}
    option_count, detail_count = _FEWEST_OPTIONS, 1
    for batch in batches(keys):
        for draft in drafts_of(batch).values():
            option_count = max(option_count, *(len(sku.options) for sku in draft.skus), _FEWEST_OPTIONS)
            detail_count = max(detail_count, len(_pieces(draft.detail_html)))
    order = [title for title in titles(option_count, detail_count) if with_costs or title != columns.COST]
    return ProductSheet(order, _rows(keys, paths, order))


def titles(option_count: int = MOST_OPTIONS, detail_count: int = 1) -> list[str]:
    """Return the titles of all columns."""
    options = [
        title.format(number)
        for number in range(1, option_count + 1)
        for title in (columns.OPTION_NAME, columns.OPTION_VALUE)
    ]
    texts = list(columns.TEXTS)
    return [
        *texts[:4],
        *options,
        *columns.SKU_TEXTS,
        *columns.SKU_PRICES,
        *columns.SKU_NUMBERS,
        *columns.FLAGS,
        *texts[4:],
        columns.KIND,
        columns.TAGS,
        *columns.LIMITS,
        columns.ATTRIBUTES,
        *columns.detail_titles(detail_count),
    ]


def batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """Return the keys in pieces that are read together."""
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))


def _rows(keys: Sequence[int], paths: Mapping[int, str], order: Sequence[str]) -> Iterator[list[Cell]]:
    for batch in batches(keys):
        levels = stock_levels(batch)
        for draft in drafts_of(batch).values():
            for index, sku in enumerate(draft.skus):
                # A product's own values stand in each of its rows: rows may be sorted or cut out.
                values = product_cells(draft, paths[draft.category], with_detail=index == 0)
                values |= sku_cells(sku, levels.get(sku.code, 0))
                yield [values.get(title, "") for title in order]


def product_cells(draft: ProductDraft, path: str, *, with_detail: bool = True) -> dict[str, Cell]:
    """Return the cells of a product; the description only where asked for."""
    limits = draft.limits
    kinds = {code: word for word, code in columns.KINDS.items()}
    values: dict[str, Cell] = {
        title: path if field == "category" else getattr(draft, field) for title, field in columns.TEXTS.items()
    }
    for title, name in zip(columns.FLAGS, ("is_on_shelf", "is_new", "is_hot"), strict=True):
        values[title] = columns.YES if getattr(draft, name) else columns.NO
    values |= {title: getattr(limits, field) for title, field in columns.LIMITS.items()} if limits else {}
    values[columns.KIND] = kinds.get(draft.kind or "", "")
    values[columns.TAGS] = columns.join_list(draft.tags or ())
    values[columns.ATTRIBUTES] = columns.join_attributes((item.name, item.value) for item in draft.attributes)
    if with_detail:
        pieces = _pieces(draft.detail_html)
        values |= dict(zip(columns.detail_titles(len(pieces)), pieces, strict=True))
    return values


def sku_cells(sku: SKUDraft, units: int) -> dict[str, Cell]:
    """Return the cells of a SKU."""
    values: dict[str, Cell] = {title: getattr(sku, field) for title, field in columns.SKU_TEXTS.items()}
    values |= {
        title: Decimal(yuan(fen)) if (fen := getattr(sku, field)) else "" for title, field in columns.SKU_PRICES.items()
    }
    values |= {"库存": units, "重量(克)": sku.weight}
    for number, (name, value) in enumerate(sku.options.items(), 1):
        values[columns.OPTION_NAME.format(number)] = name
        values[columns.OPTION_VALUE.format(number)] = value
    return values


def _pieces(text: str) -> list[str]:
    return [text[start : start + LONGEST_CELL] for start in range(0, len(text), LONGEST_CELL)] or [""]
