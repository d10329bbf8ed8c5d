"""Taobao's data package: a tab-separated file in UTF-16 whose first line names its version.

The second line holds the fields' names, the third their Chinese titles. Values of options are numbers; what a
merchant calls them stands in the aliases. Categories are numbers too, so that all products go into one category.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from shop.catalog.importing.part import Context
from shop.catalog.importing.report import Report
from shop.catalog.importing.rows import parse_values
from shop.catalog.importing.storing import StoredPart
from shop.core.archives import MEGABYTE, size_of
from shop.core.errors import ShopError
from shop.core.sheets import MOST_ROWS
from shop.core.sheets.delimited import delimited_rows

CATEGORY = "淘宝导入"
TITLES = {
    "title": "宝贝名称",
    "price": "宝贝价格",
    "num": "宝贝数量",
    "description": "宝贝描述",
    "outer_id": "商家编码",
    "skuProps": "销售属性组合",
    "propAlias": "销售属性别名",
    "barcode": "商品条形码",
    "item_weight": "物流重量",
    "subtitle": "宝贝卖点",
    "picture": "新图片",
}
# Fields of a row as JSON Lines name them, and where they stand in the package.
_PLACES = {"code": "outer_id", "subtitle": "subtitle", "title": "title", "detail_html": "description"}
_SKU_PLACES = {"price": "price", "stock": "num", "barcode": "barcode", "weight": "item_weight"}
_OPTION_NAMES = {"1627207": "颜色", "20509": "尺码", "20518": "尺码", "20549": "鞋码"}
_LARGEST = 50 * MEGABYTE
_HEADER_ROWS = 3
_ON_SALE = ("", "1", "onsale")
_SKU_FIELDS = 5  # price, units, code, then the first property and its value


class TaobaoPart(StoredPart):
    """The .csv file of a data package."""

    suffix = ".csv"

    @classmethod
    def knows(cls, path: Path) -> bool:
        """Return whether the file is a data package."""
        if path.suffix.lower() != ".csv":
            return False
        try:
            with path.open("rb") as file:
                return is_package(file)
        except OSError:
            return False

    def read(self, path: Path, context: Context) -> None:
        """Read one file."""
        name = str(path)
        try:
            with path.open("rb") as file:
                for line, cells in package_rows(file):
                    self._take(line, cells, name, context)
        except ShopError as error:
            context.report.error(name, 0, "", str(error.message))
        except OSError:
            context.report.error(name, 0, "", _("文件不存在或无法读取"))

    def _take(self, line: int, cells: Mapping[str, str], name: str, context: Context) -> None:
        def place(path: str) -> tuple[int, str, str]:
            field = _PLACES.get(path, "")
            if path.startswith("skus"):
                field = "skuProps" if cells.get("skuProps") else _SKU_PLACES.get(path.rpartition(".")[2], "outer_id")
            return line, TITLES.get(field, ""), cells.get(field, "")

        report: Report = context.report

        def error(path: str, reason: str) -> None:
            _line, title, value = place(path)
            report.error(name, line, title, reason, value)

        values = _values(cells, line, warn=partial(report.warning, name, line))
        self.add(parse_values(name, line, values, error=error, warn=lambda field, reason: None, place=place), context)


def is_package(file: BinaryIO) -> bool:
    """Return whether the file begins as a data package does."""
    file.seek(0)
    start = file.read(200)
    for encoding in ("utf-16", "utf-8-sig"):
        if start.decode(encoding, "ignore").lstrip("\ufeff").lower().startswith("version "):
            return True
    return False


def package_rows(file: BinaryIO) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and values by field name; ShopError `file_invalid`, `file_too_large`, `too_many_rows`."""
    if size_of(file) > _LARGEST:
        raise ShopError("file_too_large", _("文件不能超过 %(most)d MB") % {"most": _LARGEST // MEGABYTE})
    names: list[str] = []
    for count, (line, cells) in enumerate(delimited_rows(file, separator="\t")()):
        if count == 1:
            names = [name.strip() for name in cells]
            if not {"title", "price"} <= set(names):
                raise ShopError("file_invalid", _("不是淘宝数据包：第二行应是字段名"))
        elif count >= _HEADER_ROWS and any(cell.strip() for cell in cells):
            if count >= MOST_ROWS + _HEADER_ROWS:
                raise ShopError("too_many_rows", _("最多 %(most)d 行，请拆成几个文件") % {"most": MOST_ROWS})
            yield line, dict(zip(names, (cell.strip() for cell in cells), strict=False))


def code_of(cells: Mapping[str, str], line: int) -> str:
    """Return the product code: the merchant's own, else one made from Taobao's number."""
    return cells.get("outer_id") or f"TB{cells.get('num_id') or line}"


def pictures_of(cells: Mapping[str, str]) -> list[str]:
    """Return the names of a product's main pictures in their order; files are called so with .tbi."""
    found = []
    for entry in cells.get("picture", "").split(";"):
        name, _colon, rest = entry.partition(":")
        kind, _colon, place = rest.partition(":")
        if name and kind == "1":
            number = place.partition(":")[0]
            found.append((int(number) if number.isascii() and number.isdecimal() and len(number) < 12 else 0, name))
    return [name for _position, name in sorted(found)]


def _values(cells: Mapping[str, str], line: int, *, warn: Any) -> dict[str, Any]:
    code = code_of(cells, line)
    return {
        "code": code,
        "title": cells.get("title", ""),
        "category": CATEGORY,
        "subtitle": cells.get("subtitle", ""),
        "detail_html": cells.get("description", ""),
        "on_sale": cells.get("approve_status", "") in _ON_SALE,
        "skus": _skus(cells, code, warn),
    }


def _skus(cells: Mapping[str, str], code: str, warn: Any) -> list[dict[str, Any]]:
    shared = {"weight": _grams(cells.get("item_weight", "")), "barcode": cells.get("barcode", "")}
    combinations = list(_combinations(cells.get("skuProps", "")))
    if not combinations:
        stock = _units(cells.get("num", ""))
        return [{"code": code, "options": {}, "price": cells.get("price", ""), "stock": stock, **shared}]
    aliases = _aliases(cells)
    return [
        {
            "code": own or f"{code}-{number}",
            "options": _options(pairs, aliases, warn),
            "price": price,
            "stock": _units(units),
            "weight": shared["weight"],
        }
        for number, (price, units, own, pairs) in enumerate(combinations, 1)
    ]


def _combinations(text: str) -> Iterator[tuple[str, str, str, list[tuple[str, str]]]]:
    """Yield price, units, code and (property, value) pairs: `20:19:A1:1627207:28335;20549:29544;` is one SKU."""
    price = units = code = ""
    pairs: list[tuple[str, str]] = []
    for token in filter(None, text.split(";")):
        parts = token.split(":")
        if len(parts) >= _SKU_FIELDS:
            if pairs:
                yield price, units, code, pairs
            price, units, code, pairs = parts[0], parts[1], ":".join(parts[2:-2]), []
        pairs = [*pairs, (parts[-2] if len(parts) > 1 else "", parts[-1])]
    if pairs:
        yield price, units, code, pairs


def _aliases(cells: Mapping[str, str]) -> dict[tuple[str, str], str]:
    found = {}
    for field in ("propAlias", "input_custom_cpv"):
        for entry in cells.get(field, "").split(";"):
            parts = entry.split(":", 2)
            if len(parts) == 3 and parts[2].strip():
                found[parts[0], parts[1]] = parts[2].strip()
    return found


def _options(pairs: list[tuple[str, str]], aliases: Mapping[tuple[str, str], str], warn: Any) -> dict[str, str]:
    options: dict[str, str] = {}
    for number, (property_id, value) in enumerate(pairs, 1):
        name = _OPTION_NAMES.get(property_id, "")
        if not name or name in options:
            name = _("规格%(number)d") % {"number": number}
        if (property_id, value) not in aliases:
            warn(TITLES["propAlias"], _("规格值 %(value)s 没有名称，导入后请修改") % {"value": value})
        options[name] = aliases.get((property_id, value), value)
    return options


def _units(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else text


def _grams(kilograms: str) -> int:
    try:
        return max(0, round(float(kilograms or 0) * 1000))
    except (ValueError, OverflowError):
        return 0
