"""The SKUs of an activity: products looked for by name, each with its SKUs in rows; one hidden JSON field."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shop.catalog.admin_widgets import PageInput
from shop.catalog.models import SKU, Product
from shop.core.admin_fields import DiscountField
from shop.core.money import MOST_FEN, parse_yuan, yuan
from shop.inventory.models import StockItem
from shop.promotions.drafts import MOST_ITEMS, MOST_UNITS, ItemDraft
from shop.promotions.models import ActivityItem

PRICE, SHARE, UNITS = COLUMNS = ("price", "share", "units")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a tool's own: what is read goes into the details of an item by this name, `shows` types it again."""

    name: str
    label: Any
    read: Callable[[str], int]
    shows: Callable[[ActivityItem], str]


class ItemsInput(PageInput):
    """Products with the rows of their SKUs."""

    template = "admin/promotions/items.html"
    columns: Sequence[str] = (PRICE,)
    own: Sequence[Column] = ()  # those of the columns that are the tool's own
    words: Mapping[str, Any] = {}  # of a column, where the tool calls it otherwise
    items: Iterable[ActivityItem] = ()  # those that are stored
    drafts: Sequence[ItemDraft] = ()  # the rows that could be read, even where others are wrong
    places: Sequence[int] = ()  # of each of them: where it was posted
    forgotten: Mapping[str, str] = {}  # cell → reason, of products that were chosen and left empty

    class Media:
        js = ("weipu/product/parts.js", "weipu/activity/items.js")
        css = {"all": ("weipu/product/product.css", "weipu/activity/activity.css")}

    def context(self, value: Any) -> dict[str, Any]:
        """Return the products, as posted or as stored."""
        rows = _rows(value) if value else stored_rows(self.items, self.own)
        named = {column.name: str(column.label) for column in self.own}
        return {
            "data": goods_of(rows, (*COLUMNS, *named)),
            "columns": list(self.columns),
            "words": {**_words(), **named, **{name: str(word) for name, word in self.words.items()}},
            "search": reverse("admin:catalog_product_find"),
            "errors": {name: str(reason) for name, reason in self.errors.items()},
        }


class ItemsField(forms.CharField):
    """SKUs with what an activity says of them; its value is a tuple of ItemDrafts.

    Rows left empty take no part; a product of which every row is empty was forgotten, and is refused.
    """

    widget = ItemsInput

    def __init__(
        self,
        *,
        columns: Sequence[str] = (PRICE,),
        own: Sequence[Column] = (),
        words: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**{"required": False, "label": gettext_lazy("活动商品"), **kwargs})
        self.input.columns, self.input.own, self.input.words = tuple(columns), tuple(own), words or {}

    @property
    def input(self) -> ItemsInput:
        """Return the widget, which keeps what is wrong in which cell."""
        return cast(ItemsInput, self.widget)

    def clean(self, value: Any) -> tuple[ItemDraft, ...]:
        """Return the rows that are filled in; ValidationError, with every cell at fault noted for the page."""
        drafts, places = [], []
        rows = _rows(value, strict=True)
        for place, row in enumerate(rows):
            draft, problems = _draft(row, self.input.columns, self.input.own)
            self.input.errors |= {f"items[{place}].{name}": reason for name, reason in problems.items()}
            if draft:
                drafts.append(draft)
                places.append(place)
        self.input.drafts, self.input.places = tuple(drafts), places
        if self.input.errors:
            raise ValidationError(_("表格里有填错的地方，已标红"))
        self.input.forgotten = _forgotten(rows, drafts, self.input.columns[0]) if drafts else {}
        return tuple(drafts)

    def place(self, name: str) -> str:
        """Return where the page shows what is wrong with a row that was read: items[0].price → items[3].price."""
        number, _bracket, column = name.removeprefix("items[").partition("]")
        return f"items[{self.input.places[int(number)]}]{column}"

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether anything was posted; what changed, the page tells from what is stored."""
        return bool(data)


def _rows(value: Any, *, strict: bool = False) -> list[dict[str, Any]]:
    try:
        found = json.loads(value or "[]")
        rows = [{**row, "sku": int(row["sku"])} for row in found]
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
        if strict:
            raise ValidationError(_("页面数据有误，请刷新后重试")) from error
        return []
    if strict and len(rows) > MOST_ITEMS * 4:
        raise ValidationError(_("一个活动最多 %(count)d 个规格") % {"count": MOST_ITEMS})
    return [row for row in rows if 0 < row["sku"] < 2**63]


def _forgotten(rows: Sequence[Mapping[str, Any]], drafts: Sequence[ItemDraft], column: str) -> dict[str, str]:
    """Return what is wrong with products of which nothing was filled in, at the first row of each."""
    named = SKU.objects.filter(pk__in=[row["sku"] for row in rows]).order_by()
    products = dict(named.values_list("pk", "product_id"))
    seen = {products.get(draft.sku) for draft in drafts}
    problems = {}
    for place, row in enumerate(rows):
        product = products.get(row["sku"])
        if product is not None and product not in seen:
            seen.add(product)
            problems[f"items[{place}].{column}"] = _("这件商品还没有填，请填写或移除")
    return problems


def _draft(
    row: Mapping[str, Any], columns: Sequence[str], own: Sequence[Column]
) -> tuple[ItemDraft | None, dict[str, str]]:
    """Return a row as a draft, None when it is empty, and what is wrong in it."""
    typed = {name: str(row.get(name) or "").strip() for name in columns}
    if not any(typed.values()):
        return None, {}
    readers = {**_READERS, **{column.name: column.read for column in own}}
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, text in typed.items():
        try:
            values[name] = readers[name](text) if text else None
        except ValidationError as error:
            problems[name] = error.messages[0]
    if problems:
        return None, problems
    share, price = values.get(SHARE), values.get(PRICE)
    details = {"discount_bp": share} if share is not None and price is None else {}
    details |= {column.name: values[column.name] for column in own if values[column.name] is not None}
    return ItemDraft(row["sku"], price, values.get(UNITS) or 0, details), {}


def read_price(text: str) -> int:
    """Return fen for an amount typed in yuan; ValidationError."""
    try:
        fen = parse_yuan(text.lstrip("¥￥"))
    except ValueError as error:
        raise ValidationError(_("请输入金额，最多两位小数，例如 12.50")) from error
    if fen > MOST_FEN:
        raise ValidationError(_("金额太大"))
    return fen


def read_share(text: str) -> int:
    """Return the basis points off that a discount typed in tenths takes; ValidationError."""
    try:
        return int(DiscountField(min_value=Decimal("0.01"), max_value=Decimal("9.99")).clean(text))
    except ValidationError as error:
        raise ValidationError(_("请输入 0.01 到 9.99 之间的折扣，例如 8 或 8.5")) from error


def read_units(text: str) -> int:
    """Return a number of units; ValidationError."""
    return int(forms.IntegerField(min_value=0, max_value=MOST_UNITS).clean(text))


_READERS = {PRICE: read_price, SHARE: read_share, UNITS: read_units}


def stored_rows(items: Iterable[ActivityItem], own: Sequence[Column] = ()) -> list[dict[str, Any]]:
    """Return stored items as the page types them."""
    discount = DiscountField()
    return [
        {
            "sku": item.sku_id,
            PRICE: "" if item.price is None else yuan(item.price),
            SHARE: discount.prepare_value(item.details.get("discount_bp")) or "",
            UNITS: str(item.units or ""),
            **{column.name: column.shows(item) for column in own},
        }
        for item in items
    ]


def goods_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = COLUMNS) -> list[dict[str, Any]]:
    """Return the products of rows, in their order, each with all its SKUs and what is typed for them."""
    typed = {row["sku"]: (place, row) for place, row in enumerate(rows)}
    named = SKU.objects.filter(pk__in=typed).order_by().values_list("pk", "product_id")
    order = dict.fromkeys(product for _place, product in sorted((typed[pk][0], product) for pk, product in named))
    return described(order, typed, columns)


def described(
    products: Iterable[int],
    typed: Mapping[int, tuple[int, Mapping[str, Any]]] | None = None,
    columns: Sequence[str] = COLUMNS,
) -> list[dict[str, Any]]:
    """Return products (pks) with their SKUs: what each costs, how many units are left, what is typed."""
    order = list(products)[:MOST_ITEMS]
    typed = typed or {}
    skus: dict[int, list[SKU]] = {}
    for sku in SKU.objects.filter(product__in=order).order_by("position", "pk"):
        if sku.archived_at is None or sku.pk in typed:
            skus.setdefault(sku.product_id, []).append(sku)
    left = units_left(order)
    found = Product.objects.in_bulk(order)
    return [_product(found[pk], skus.get(pk, []), left, typed, columns) for pk in order if pk in found]


def _product(
    product: Product,
    skus: Iterable[SKU],
    left: Mapping[int, int],
    typed: Mapping[int, tuple[int, Mapping[str, Any]]],
    columns: Sequence[str],
) -> dict[str, Any]:
    rows = []
    for sku in skus:
        place, texts = typed.get(sku.pk, (None, {}))
        cells = {name: str(texts.get(name) or "") for name in columns}
        about = {"sku": sku.pk, "text": sku.option_text, "normal": sku.price, "left": left.get(sku.pk, 0)}
        rows.append({**about, **cells, "place": place})
    cover = storages["public"].url(product.cover) if product.cover else ""
    gone = bool(product.archived_at) or not product.is_on_shelf
    return {"code": product.code, "title": product.title, "cover": cover, "gone": gone, "skus": rows}


def units_left(products: Iterable[int]) -> dict[int, int]:
    """Return SKU (pk) → units of the shop's own stock that may be sold."""
    stock = StockItem.objects.filter(sku__product__in=products, warehouse__is_default=True, bucket="")
    rows = stock.order_by().values_list("sku_id", "on_hand", "reserved", "safety")
    return {sku: max(on_hand - reserved - safety, 0) for sku, on_hand, reserved, safety in rows}


def _words() -> dict[str, str]:
    return {
        "search": _("按标题或编码查找商品"),
        "nothing": _("没有找到商品"),
        "remove": _("移除"),
        "gone": _("已下架"),
        "sku": _("规格"),
        "only": _("单规格"),
        "normal": _("原价"),
        "left": _("库存"),
        "price": _("活动价（元）"),
        "share": _("折扣（折）"),
        "units": _("活动库存"),
        "fill": _("批量填充"),
        "fill_all": _("全部规格"),
        "or": _("活动价和折扣填一个就行；都不填的规格不参加活动。"),
        "empty": _("都不填的规格不参加活动。"),
        "lost": _("没有读到商品，请检查网络后再试"),
    }
