"""What makes a draft acceptable: pure rules, the same for a form, an API and an import."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from shop.catalog.drafts import (
    AttributeDraft,
    AttributeRowDraft,
    CategoryDraft,
    LimitsDraft,
    OptionDraft,
    ProductDraft,
    ScheduleDraft,
    SKUDraft,
)
from shop.catalog.models import Product
from shop.core.money import MOST_FEN

LONGEST = {
    "code": 60,
    "title": 120,
    "brand": 60,
    "subtitle": 200,
    "keywords": 200,
    "unit": 10,
    "detail_html": 200_000,
    "category": 40,
    "tagline": 80,
}
LONGEST_SKU = {"code": 80, "barcode": 32}
LONGEST_OPTION_NAME, LONGEST_OPTION_VALUE = 20, 60
LONGEST_ATTRIBUTE_NAME, LONGEST_ATTRIBUTE_VALUE = 40, 2000
LONGEST_TAG = 12
MOST_SKUS, MOST_OPTIONS, MOST_ATTRIBUTES = 200, 3, 100
MOST_TAGS, MOST_GUARANTEES, MOST_RELATED = 10, 20, 20
MOST_UNITS_LIMIT = 10**6
MOST_GRAMS = 10**7
DEEPEST_CATEGORY = 5
SEPARATOR = "/"  # between the names of a category path

_LINE_BREAKS = frozenset("\n\r\t")
# A byte order mark in mid-text, and the marks that turn the direction of the text around them.
_INVISIBLE = frozenset("\ufeff\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value is refused; `field` is a path such as `skus[0].price`."""

    field: str
    reason: str


def text_problem(text: str, longest: int, *, required: bool = False, lines: bool = False) -> str:
    """Return why `text` is refused, '' when it is fine; `lines` allows line breaks and tabs."""
    if required and not text.strip():
        return _("不能为空")
    if len(text) > longest:
        return _("最多 %(most)d 个字符，现在是 %(length)d 个") % {"most": longest, "length": len(text)}
    if text.isascii() and text.isprintable():
        return ""
    allowed = _LINE_BREAKS if lines else frozenset()
    for character in text:
        if character in allowed:
            continue
        if character in _INVISIBLE or unicodedata.category(character) in {"Cc", "Cs"}:
            return _("含有控制字符 U+%(code)04X") % {"code": ord(character)}
    return ""


def product_problems(draft: ProductDraft) -> list[Problem]:
    """Return everything wrong with the draft by itself, without looking at what is stored."""
    return [
        *_product_texts(draft),
        *_attributes(draft.attributes),
        *_skus(draft.skus),
        *_options(draft),
        *_selling(draft),
        *_labels(draft),
    ]


def category_problems(draft: CategoryDraft) -> list[Problem]:
    """Return everything wrong with the draft by itself."""
    found = [
        Problem("name", text_problem(draft.name, LONGEST["category"], required=True)),
        Problem("tagline", text_problem(draft.tagline, LONGEST["tagline"])),
    ]
    if SEPARATOR in draft.name:
        found.append(Problem("name", _("不能含有“/”")))
    return [problem for problem in found if problem.reason]


def _product_texts(draft: ProductDraft) -> Iterator[Problem]:
    for name in ("code", "title", "brand", "subtitle", "keywords", "unit", "detail_html"):
        reason = text_problem(
            getattr(draft, name), LONGEST[name], required=name in {"code", "title"}, lines=name == "detail_html"
        )
        if reason:
            yield Problem(name, reason)


def _attributes(attributes: tuple[AttributeDraft, ...]) -> Iterator[Problem]:
    if len(attributes) > MOST_ATTRIBUTES:
        yield Problem("attributes", _("最多 %(most)d 项") % {"most": MOST_ATTRIBUTES})
    for index, attribute in enumerate(attributes):
        if reason := text_problem(attribute.name, LONGEST_ATTRIBUTE_NAME, required=True):
            yield Problem(f"attributes[{index}].name", reason)
        if reason := text_problem(attribute.value, LONGEST_ATTRIBUTE_VALUE, required=True, lines=True):
            yield Problem(f"attributes[{index}].value", reason)


def _skus(skus: tuple[SKUDraft, ...]) -> Iterator[Problem]:
    if not skus:
        yield Problem("skus", _("至少要有一个 SKU"))
        return
    if len(skus) > MOST_SKUS:
        yield Problem("skus", _("最多 %(most)d 项") % {"most": MOST_SKUS})
    names = set(skus[0].options)
    codes: set[str] = set()
    combinations: set[tuple[Any, ...]] = set()
    for index, sku in enumerate(skus):
        yield from _sku(sku, f"skus[{index}]")
        if sku.code in codes:
            yield Problem(f"skus[{index}].code", _("SKU 编码“%(code)s”重复") % {"code": sku.code})
        if set(sku.options) != names:
            yield Problem(f"skus[{index}].options", _("同一商品的 SKU 必须有相同的规格名"))
        elif (combination := tuple(sorted(sku.options.items()))) in combinations:
            yield Problem(f"skus[{index}].options", _("规格组合重复"))
        else:
            combinations.add(combination)
        codes.add(sku.code)


def _options(draft: ProductDraft) -> Iterator[Problem]:
    """Option types that are given must be those of the SKUs, and name every value the SKUs use."""
    yield from option_problems(draft.options)
    if not draft.options or not draft.skus:
        return
    if {option.name for option in draft.options} != set(draft.skus[0].options):
        yield Problem("options", _("规格名必须与 SKU 的规格一致"))
        return
    for option in draft.options:
        if not {sku.options.get(option.name) for sku in draft.skus} <= set(option.values):
            yield Problem("options", _("规格“%(name)s”缺少 SKU 用到的规格值") % {"name": option.name})


def option_problems(options: tuple[OptionDraft, ...]) -> list[Problem]:
    """Return everything wrong with a list of option types."""
    found: list[Problem] = []
    if len(options) > MOST_OPTIONS:
        found.append(Problem("options", _("最多 %(most)d 个规格名") % {"most": MOST_OPTIONS}))
    if len({option.name for option in options}) < len(options):
        found.append(Problem("options", _("规格名重复")))
    for index, option in enumerate(options):
        found.append(Problem(f"options[{index}].name", text_problem(option.name, LONGEST_OPTION_NAME, required=True)))
        if not option.values:
            found.append(Problem(f"options[{index}].values", _("至少要有一个规格值")))
        if len(option.values) > MOST_SKUS:
            found.append(Problem(f"options[{index}].values", _("最多 %(most)d 项") % {"most": MOST_SKUS}))
        if len(set(option.values)) < len(option.values):
            found.append(Problem(f"options[{index}].values", _("规格值重复")))
        reasons = (text_problem(value, LONGEST_OPTION_VALUE, required=True) for value in option.values)
        found.append(Problem(f"options[{index}].values", next(filter(None, reasons), "")))
    return [problem for problem in found if problem.reason]


def attribute_row_problems(rows: Sequence[AttributeRowDraft]) -> list[Problem]:
    """Return everything wrong with the rows of an attribute template."""
    found: list[Problem] = []
    if not rows:
        found.append(Problem("rows", _("至少要有一个参数")))
    if len(rows) > MOST_ATTRIBUTES:
        found.append(Problem("rows", _("最多 %(most)d 项") % {"most": MOST_ATTRIBUTES}))
    if len({row.name for row in rows}) < len(rows):
        found.append(Problem("rows", _("参数名重复")))
    for index, row in enumerate(rows):
        found.append(Problem(f"rows[{index}]", text_problem(row.name, LONGEST_ATTRIBUTE_NAME, required=True)))
        reasons = (text_problem(value, LONGEST_ATTRIBUTE_VALUE, required=True) for value in row.values)
        found.append(Problem(f"rows[{index}]", next(filter(None, reasons), "")))
    return [problem for problem in found if problem.reason]


def _selling(draft: ProductDraft) -> Iterator[Problem]:
    if draft.kind is not None and draft.kind not in Product.Kind.values:
        yield Problem("kind", _("没有这种商品类型"))
    if draft.limits:
        yield from _limits(draft.limits)
    if draft.schedule:
        yield from _schedule(draft.schedule, on_shelf=draft.is_on_shelf)


def _limits(limits: LimitsDraft) -> Iterator[Problem]:
    if not 1 <= limits.least_per_order <= MOST_UNITS_LIMIT:
        yield Problem(
            "least_per_order", _("必须在 %(least)d 到 %(most)d 之间") % {"least": 1, "most": MOST_UNITS_LIMIT}
        )
    for name in ("most_per_order", "most_per_member"):
        most = getattr(limits, name)
        if not 0 <= most <= MOST_UNITS_LIMIT:
            yield Problem(name, _("必须在 %(least)d 到 %(most)d 之间") % {"least": 0, "most": MOST_UNITS_LIMIT})
        elif 0 < most < limits.least_per_order:
            yield Problem(name, _("不能少于起购数量"))


def _schedule(schedule: ScheduleDraft, *, on_shelf: bool) -> Iterator[Problem]:
    start, end = schedule.on_shelf_at, schedule.off_shelf_at
    if start and on_shelf:
        yield Problem("on_shelf_at", _("商品已经上架，不能再定时上架"))
    if start and end and end <= start:
        yield Problem("off_shelf_at", _("下架时间必须晚于上架时间"))


def _labels(draft: ProductDraft) -> Iterator[Problem]:
    for name, most in (("tags", MOST_TAGS), ("guarantees", MOST_GUARANTEES), ("related", MOST_RELATED)):
        values = getattr(draft, name) or ()
        if len(values) > most:
            yield Problem(name, _("最多 %(most)d 项") % {"most": most})
        if len(set(values)) < len(values):
            yield Problem(name, _("有重复"))
    for tag in draft.tags or ():
        if reason := text_problem(tag, LONGEST_TAG, required=True):
            yield Problem("tags", reason)
    if draft.code in (draft.related or ()):
        yield Problem("related", _("不能关联商品自己"))


def _sku(sku: SKUDraft, place: str) -> Iterator[Problem]:
    for name in ("code", "barcode"):
        if reason := text_problem(getattr(sku, name), LONGEST_SKU[name], required=name == "code"):
            yield Problem(f"{place}.{name}", reason)
    if not 1 <= sku.price <= MOST_FEN:
        yield Problem(f"{place}.price", _("价格不能低于 0.01 元"))
    for name in ("list_price", "cost_price", "member_price"):
        if not 0 <= (getattr(sku, name) or 0) <= MOST_FEN:
            yield Problem(f"{place}.{name}", _("金额超出范围"))
    if (sku.member_price or 0) > sku.price:
        yield Problem(f"{place}.member_price", _("会员价不能高于价格"))
    if not 0 <= sku.weight <= MOST_GRAMS:
        yield Problem(f"{place}.weight", _("必须在 %(least)d 到 %(most)d 之间") % {"least": 0, "most": MOST_GRAMS})
    if len(sku.options) > MOST_OPTIONS:
        yield Problem(f"{place}.options", _("最多 %(most)d 项") % {"most": MOST_OPTIONS})
    for name, value in sku.options.items():
        if reason := text_problem(name, LONGEST_OPTION_NAME, required=True):
            yield Problem(f"{place}.options", reason)
        if reason := text_problem(value, LONGEST_OPTION_VALUE, required=True):
            yield Problem(f"{place}.options.{name}", reason)
