"""The grid of SKUs as the product's page posts it, and as it is shown again."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from shop.catalog.drafts import OptionDraft, SKUDraft
from shop.catalog.models import SKU, Product
from shop.catalog.rules import MOST_SKUS
from shop.core.money import MOST_FEN, parse_yuan, without_thousands, yuan
from tenants.models import new_key

LARGEST_TEXT = 1_000_000
MOST_ROWS = 5 * MOST_SKUS  # switched-off combinations are posted too, so that what was typed in them stays
MOST_UNITS = 10**6
PRICES = ("price", "list_price", "cost_price", "member_price")
_TEXTS = ("key", "code", "barcode", "picture", "stock", "stock_was", "weight", *PRICES)


class Malformed(ValueError):
    """The text was not made by the page."""


@dataclass(slots=True)
class Variants:
    """What a grid says: drafts, units per SKU code, and what is wrong, by place (`rows[3].price`)."""

    options: tuple[OptionDraft, ...] = ()
    skus: tuple[SKUDraft, ...] = ()
    places: tuple[int, ...] = ()  # of each SKU: the row it came from
    stock: dict[str, tuple[int, int]] = field(default_factory=dict)  # code → (units, units when the page was opened)
    problems: dict[str, str] = field(default_factory=dict)

    def place(self, name: str) -> str:
        """Return where on the page a problem of the draft belongs: `skus[0].price` to its row."""
        found = re.match(r"skus\[(\d+)\](.*)", name)
        return f"rows[{self.places[int(found[1])]}]{found[2]}" if found and self.places else name


def read_variants(text: str, product_code: str) -> Variants:
    """Return what the grid says; Malformed when it is no grid."""
    document = _document(text)
    options = tuple(OptionDraft(item["name"].strip(), tuple(item["values"])) for item in document["options"])
    read = Variants(options=options)
    rows = [(index, row) for index, row in enumerate(document["rows"]) if row["on"]]
    read.skus = tuple(_sku(read, index, row, product_code) for index, row in rows)
    read.places = tuple(index for index, _row in rows)
    if not read.skus:
        read.problems["rows"] = _("至少要保留一个规格组合")
    return read


def _document(text: str) -> dict[str, Any]:
    """Return the checked shape: nothing in it surprises the code that reads it."""
    if len(text) > LARGEST_TEXT:
        raise Malformed("too large")
    try:
        given = json.loads(text)
        options = [
            {"name": _str(option["name"]), "values": [_str(value).strip() for value in option["values"]]}
            for option in given["options"]
        ]
        rows = [_row(row, options) for row in given["rows"]]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise Malformed(str(error)) from error
    if len(rows) > MOST_ROWS or len(options) > 20:
        raise Malformed("too many")
    return {"options": options, "rows": rows}


def _row(row: Any, options: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = row["values"]
    if len(numbers) != len(options):
        raise Malformed("a row needs a value of each option type")
    if not all(isinstance(number, int) and number >= 0 for number in numbers):
        raise Malformed("values are numbers")
    chosen = {option["name"].strip(): option["values"][number] for option, number in zip(options, numbers, strict=True)}
    return {"on": bool(row["on"]), "options": chosen} | {name: _str(row.get(name, "")).strip() for name in _TEXTS}


def _str(value: Any) -> str:
    if not isinstance(value, str):
        raise Malformed("not a text")
    return value.replace("\0", "").encode("utf-8", "ignore").decode()  # neither can be stored


def _sku(read: Variants, index: int, row: dict[str, Any], product_code: str) -> SKUDraft:
    def wrong(name: str, reason: str) -> None:
        read.problems[f"rows[{index}].{name}"] = reason

    code = row["code"] or f"{product_code}-{new_key()[:6]}"
    prices = {name: _fen(row[name], lambda reason, name=name: wrong(name, reason)) for name in PRICES}
    if not row["price"]:
        wrong("price", _("请填写价格"))
    units = _whole(row["stock"], MOST_UNITS, lambda reason: wrong("stock", reason))
    read.stock[code] = (units, _whole(row["stock_was"], 10**9, lambda reason: None))
    return SKUDraft(
        code=code,
        key=row["key"],
        options=row["options"],
        barcode=row["barcode"],
        picture=row["picture"],
        weight=_whole(row["weight"], 10**7, lambda reason: wrong("weight", reason)),
        **prices,
    )


def _fen(text: str, wrong: Any) -> int:
    if not text:
        return 0
    try:
        fen = parse_yuan(without_thousands(text.removeprefix("¥").removeprefix("￥")))
    except ValueError:
        wrong(_("请输入金额，最多两位小数，例如 12.50"))
        return 0
    if fen > MOST_FEN:
        wrong(_("金额太大"))
    return min(fen, MOST_FEN)


def _whole(text: str, most: int, wrong: Any) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > most:
        wrong(_("请输入 0 到 %(most)d 的整数") % {"most": most})
        return 0
    return int(text)


def variants_of(product: Product | None, on_hand: Mapping[int, int]) -> dict[str, Any]:
    """Return the grid of a stored product (None: of a new one) with the units on hand by SKU primary key."""
    skus = (
        list(product.skus.filter(archived_at=None).select_related("picture").order_by("position", "pk"))
        if product
        else []
    )
    options = _options(product, skus)
    rows = [_shown(sku, options, on_hand.get(sku.pk)) for sku in skus]
    empty = dict.fromkeys(_TEXTS, "") | {"values": [], "on": True, "picture_url": ""}
    return {"options": options, "rows": rows or [empty]}


def _options(product: Product | None, skus: list[SKU]) -> list[dict[str, Any]]:
    stored = {option.name: list(option.values) for option in product.options.all()} if product else {}
    for sku in skus:
        for name, value in sku.options.items():
            values = stored.setdefault(name, [])
            if value not in values:
                values.append(value)
    return [{"name": name, "values": values} for name, values in stored.items()]


def _shown(sku: SKU, options: list[dict[str, Any]], units: int | None) -> dict[str, Any]:
    stock = "" if units is None else str(units)
    return {
        "key": sku.key,
        "code": sku.code,
        "barcode": sku.barcode,
        "weight": str(sku.weight or ""),
        "values": [option["values"].index(sku.options.get(option["name"], option["values"][0])) for option in options],
        "on": True,
        "stock": stock,
        "stock_was": stock,
        "picture": sku.picture.key if sku.picture else "",
        "picture_url": sku.picture.url(200) if sku.picture else "",
        **{name: yuan(fen) if (fen := getattr(sku, name)) else "" for name in PRICES},
    }
