"""One line of a products file to a draft."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson
from django.utils.translation import gettext as _

from shop.catalog.drafts import AttributeDraft, LimitsDraft, ProductDraft, SKUDraft
from shop.catalog.importing.fields import Fields
from shop.catalog.importing.report import Report
from shop.catalog.rules import DEEPEST_CATEGORY, LONGEST, MOST_GRAMS, SEPARATOR, product_problems, text_problem

MOST_UNITS = 10**6
LIMITS = ("least_per_order", "most_per_order", "most_per_member")

_REQUIRED = frozenset({"code", "title", "category", "price", "skus"})
_OPTIONAL = frozenset(
    {
        *("brand", "subtitle", "keywords", "unit", "detail_html", "attributes"),
        *("on_sale", "is_new", "is_hot", "list_price", "weight", "barcode", "kind", "tags", *LIMITS),
    }
)
_SKU_REQUIRED = frozenset({"code", "options", "price", "stock"})
_SKU_OPTIONAL = frozenset({"list_price", "weight", "barcode", "cost_price", "member_price"})
_ATTRIBUTE_KEYS = frozenset({"name", "value"})

Note = Callable[[str, str], None]
Place = tuple[int, str, str]  # line, field or column, what stands there


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product as a file describes it; its category is still a path, and `given` names the optional fields.

    `place` tells where in the file a field such as `skus[1].price` stands.
    """

    file: str
    line: int
    path: tuple[str, ...]
    draft: ProductDraft
    stock: dict[str, int]  # SKU code → units
    given: frozenset[str]
    given_by_sku: dict[str, frozenset[str]]
    place: Callable[[str], Place]

    def note(self, report: Report, field: str, reason: str) -> None:
        """Report a mistake in a field."""
        line, name, value = self.place(field)
        report.error(self.file, line, name, reason, value)


def parse_row(file: str, line: int, text: str, *, error: Note, warn: Note) -> ProductRow | None:
    """Return the row, or None when the line is no JSON object; every mistake is noted as (field, reason)."""
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError:
        error("", _("不是有效的 JSON"))
        return None
    if not isinstance(values, dict):
        error("", _("每一行必须是一个 JSON 对象"))
        return None
    return parse_values(
        file, line, values, error=error, warn=warn, place=lambda field: (line, field, ""), complete=True
    )


def parse_values(
    file: str,
    line: int,
    values: dict[str, Any],
    *,
    error: Note,
    warn: Note,
    place: Callable[[str], Place],
    complete: bool = False,
) -> ProductRow:
    """Return the row that a JSON object describes; every mistake is noted as (field, reason).

    A `complete` object must name the stock of each SKU, and a price although only the SKUs' count.
    """
    noted: set[str] = set()

    def note(name: str, reason: str) -> None:
        noted.add(name)
        error(name, reason)

    fields = Fields(values, note)
    _warn_unknown(fields, _REQUIRED | _OPTIONAL, warn)
    category = fields.text("category", required=True)
    path = () if "category" in noted else parse_path(category, partial(note, "category"))
    skus = fields.objects("skus", required=True)
    if complete:
        fields.yuan("price", required=True)
    draft = _draft(fields, skus, warn)
    for problem in product_problems(draft):
        if problem.field not in noted:
            note(problem.field, problem.reason)
    return ProductRow(
        file=file,
        line=line,
        path=path,
        draft=draft,
        stock={
            sku.code: item.whole("stock", most=MOST_UNITS, required=complete)
            for sku, item in zip(draft.skus, skus, strict=True)
            if complete or item.given("stock")
        },
        given=frozenset(name for name in _OPTIONAL if fields.given(name)),
        given_by_sku={
            sku.code: frozenset(name for name in _SKU_OPTIONAL if item.given(name) or fields.given(name))
            for sku, item in zip(draft.skus, skus, strict=True)
        },
        place=place,
    )


def parse_path(text: str, wrong: Callable[[str], None]) -> tuple[str, ...]:
    """Return the names of a category path such as 居家/被枕; every mistake goes to `wrong`."""
    path = tuple(name.strip() for name in text.split(SEPARATOR))
    if len(path) > DEEPEST_CATEGORY:
        wrong(_("分类最多 %(most)d 级") % {"most": DEEPEST_CATEGORY})
    for name in path:
        if reason := text_problem(name, LONGEST["category"], required=True):
            wrong(reason)
            break
    return path


def _warn_unknown(fields: Fields, known: frozenset[str], warn: Note) -> None:
    for name in sorted(set(fields.values) - known):
        warn(f"{fields.place}{name[:40]}", _("未知的字段，已忽略"))


def _draft(fields: Fields, skus: list[Fields], warn: Note) -> ProductDraft:
    shared: dict[str, Any] = {
        "list_price": fields.yuan("list_price"),
        "weight": fields.whole("weight", most=MOST_GRAMS),
        "barcode": fields.text("barcode"),
    }
    return ProductDraft(
        code=fields.text("code", required=True),
        title=fields.text("title", required=True),
        category=0,
        skus=tuple(_sku(item, shared, warn) for item in skus),
        brand=fields.text("brand"),
        subtitle=fields.text("subtitle"),
        keywords=fields.text("keywords"),
        unit=fields.text("unit", default="件"),
        detail_html=fields.text("detail_html"),
        is_on_shelf=fields.flag("on_sale", default=True),
        is_new=fields.flag("is_new", default=False),
        is_hot=fields.flag("is_hot", default=False),
        attributes=tuple(_attribute(item, warn) for item in fields.objects("attributes")),
        kind=fields.text("kind") or None,
        tags=fields.names("tags") if fields.given("tags") else None,
        limits=_limits(fields),
    )


def _limits(fields: Fields) -> LimitsDraft | None:
    """Return the limits as far as they are given; the others have their defaults."""
    given = {name: fields.whole(name, most=MOST_UNITS) for name in LIMITS if fields.given(name)}
    return LimitsDraft(**given) if given else None


def _attribute(fields: Fields, warn: Note) -> AttributeDraft:
    _warn_unknown(fields, _ATTRIBUTE_KEYS, warn)
    return AttributeDraft(fields.text("name", required=True), fields.text("value", required=True))


def _sku(fields: Fields, shared: dict[str, Any], warn: Note) -> SKUDraft:
    """Return the draft; what the SKU leaves out is the product's. A list price not above the price is none."""
    _warn_unknown(fields, _SKU_REQUIRED | _SKU_OPTIONAL, warn)
    price = fields.yuan("price", required=True)
    list_price = fields.yuan("list_price") or shared["list_price"]
    return SKUDraft(
        code=fields.text("code", required=True),
        price=price,
        options=fields.texts("options", required=True),
        list_price=list_price if list_price > price else 0,
        barcode=fields.text("barcode") or shared["barcode"],
        weight=fields.whole("weight", most=MOST_GRAMS) or shared["weight"],
        cost_price=fields.yuan("cost_price") if fields.given("cost_price") else None,
        member_price=fields.yuan("member_price") if fields.given("member_price") else None,
    )
