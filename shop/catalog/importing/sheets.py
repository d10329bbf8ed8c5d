"""Products of XLSX and CSV files: a row is a SKU, rows with the same product code are one product."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from shop.catalog.importing import columns
from shop.catalog.importing.part import Context
from shop.catalog.importing.rows import Place, parse_values
from shop.catalog.importing.storing import StoredPart
from shop.catalog.rules import MOST_OPTIONS
from shop.core.errors import ShopError
from shop.core.money import without_thousands
from shop.core.sheets import read_sheet

_IN_SKU = re.compile(r"skus\[(\d+)\]\.(.+)")
_IN_ATTRIBUTE = re.compile(r"(attributes|tags)(\[.*)?")
_WHOLE = re.compile(r"[-−－]?\d{1,11}", re.ASCII)
_MINUS = str.maketrans("−－", "--")
_YUAN = str.maketrans("，", ",", "¥￥元 ")
_TITLES = {field: title for title, field in (columns.TEXTS | columns.FLAGS | columns.LIMITS).items()}
_TITLES |= {"detail_html": columns.DETAIL, "attributes": columns.ATTRIBUTES, "tags": columns.TAGS}
_TITLES |= {"kind": columns.KIND, "skus": columns.SKU_CODE}
_SKU_TITLES = {field: title for title, field in (columns.SKU_TEXTS | columns.SKU_PRICES | columns.SKU_NUMBERS).items()}


@dataclass(slots=True)
class Group:
    """The rows of one product: line number and cells by known title."""

    rows: list[tuple[int, dict[str, str]]] = dataclass_field(default_factory=list)

    def text(self, title: str) -> str:
        """Return a value of the product: the first that its rows give."""
        return next((cells[title].strip() for _line, cells in self.rows if cells.get(title, "").strip()), "")

    def has(self, title: str) -> bool:
        """Return whether the file has the column."""
        return title in self.rows[0][1]


class SheetPart(StoredPart):
    """Spreadsheets with the columns of `columns`."""

    suffix = ".xlsx"

    @classmethod
    def knows(cls, path: Path) -> bool:
        """Return whether the file is a spreadsheet; CSV files of other kinds have no product code column."""
        if path.suffix.lower() == ".xlsx":
            return True
        if path.suffix.lower() != ".csv":
            return False
        try:
            with path.open("rb") as file:
                titles = {columns.known_title(title) for title in read_sheet(file, path.name).columns}
        except (ShopError, OSError):
            return False
        return columns.CODE in titles

    def read(self, path: Path, context: Context) -> None:
        """Read one file."""
        name = str(path)
        try:
            with path.open("rb") as file:
                for group in _groups(file, path, context):
                    self._take(group, name, context)
        except ShopError as error:
            context.report.error(name, 0, "", str(error.message))
        except OSError:
            context.report.error(name, 0, "", _("文件不存在或无法读取"))

    def _take(self, group: Group, name: str, context: Context) -> None:
        def place(path: str) -> Place:
            return _place(group, path)

        def error(path: str, reason: str) -> None:
            line, title, value = place(path)
            context.report.error(name, line, title, reason, value)

        values = _values(group, error)
        row = parse_values(name, group.rows[0][0], values, error=error, warn=lambda field, reason: None, place=place)
        self.add(row, context)


def _groups(file: Any, path: Path, context: Context) -> Iterator[Group]:
    """Yield the rows of each product; a row without product code belongs to the product above it."""
    sheet = read_sheet(file, path.name)
    titles = {title: columns.known_title(title) for title in sheet.columns if title}
    if not _check_titles(titles, str(path), context):
        return
    group, code, seen = Group(), "", set()
    for line, cells in sheet:
        known = {titles[title]: text for title, text in cells.items()}
        next_code = known.get(columns.CODE, "").strip()
        if next_code and next_code != code:
            if group.rows:
                yield group
            group, code = Group(), next_code
            if code in seen:
                context.report.error(str(path), line, columns.CODE, _("同一商品的各行必须放在一起"), code)
            seen.add(code)
        group.rows.append((line, known))
    if group.rows:
        yield group


def _check_titles(titles: Mapping[str, str], file: str, context: Context) -> bool:
    found = list(titles.values())
    for title in columns.REQUIRED:
        if title not in found:
            context.report.error(file, 1, title, _("缺少这一列"))
    for title in sorted({title for title in found if found.count(title) > 1}):
        context.report.error(file, 1, title, _("列名重复"))
    for title in titles:
        if not _is_known(titles[title]):
            context.report.warning(file, 1, title[:40], _("未知的列，已忽略"))
    return set(columns.REQUIRED) <= set(found) and len(set(found)) == len(found)


_OPTIONS = {
    pattern.format(number)
    for number in range(1, MOST_OPTIONS + 1)
    for pattern in (columns.OPTION_NAME, columns.OPTION_VALUE)
}
_KNOWN = frozenset(
    [
        *(
            columns.TEXTS
            | columns.FLAGS
            | columns.LIMITS
            | columns.SKU_TEXTS
            | columns.SKU_PRICES
            | columns.SKU_NUMBERS
        ),
        *columns.detail_titles(columns.MOST_DETAIL_COLUMNS),
        *_OPTIONS,
        *(columns.ATTRIBUTES, columns.TAGS, columns.KIND),
    ]
)


def _is_known(title: str) -> bool:
    return title in _KNOWN or title.startswith(columns.ATTRIBUTE_PREFIX)


def _values(group: Group, error: Any) -> dict[str, Any]:
    """Return the product as a JSON object; a column that the file lacks is left out, an empty cell empties."""
    values: dict[str, Any] = {field: group.text(title) for title, field in columns.TEXTS.items() if group.has(title)}
    for title, field in columns.FLAGS.items():
        if text := group.text(title):
            values[field] = columns.FLAG_WORDS.get(text.lower())
            if values[field] is None:
                error(field, _("请填“是”或“否”"))
    for title, field in columns.LIMITS.items():
        if text := group.text(title):
            values[field] = _whole(text)
    if text := group.text(columns.KIND):
        values["kind"] = columns.KINDS.get(text, text)
    if group.has(columns.TAGS):
        values["tags"] = columns.split_list(group.text(columns.TAGS))
    if group.has(columns.DETAIL):
        titles = columns.detail_titles(columns.MOST_DETAIL_COLUMNS)
        described = next((cells for _line, cells in group.rows if cells.get(columns.DETAIL)), {})
        values["detail_html"] = "".join(described.get(title, "") for title in titles)
    attributes = _attributes(group)
    if attributes is not None:
        values["attributes"] = attributes
    names = _option_names(group, error)
    values["skus"] = [_sku(group, index, names, error) for index in range(len(group.rows))]
    return values


def _attributes(group: Group) -> list[dict[str, str]] | None:
    """Return what the columns 参数 and 参数:材质 say; None when the file has none of them."""
    named = [title for title in group.rows[0][1] if title.startswith(columns.ATTRIBUTE_PREFIX)]
    if not named and not group.has(columns.ATTRIBUTES):
        return None
    pairs = columns.split_attributes(group.text(columns.ATTRIBUTES)) if group.has(columns.ATTRIBUTES) else []
    pairs += [(title.removeprefix(columns.ATTRIBUTE_PREFIX), group.text(title)) for title in named if group.text(title)]
    return [{"name": name, "value": value} for name, value in pairs]


def _option_names(group: Group, error: Any) -> list[str]:
    """Return the names of the option types; a name may stand in the product's first row only."""
    names = []
    for number in range(1, MOST_OPTIONS + 1):
        title = columns.OPTION_NAME.format(number)
        given = {cells[title].strip() for _line, cells in group.rows if cells.get(title, "").strip()}
        if len(given) > 1:
            error("options", _("同一商品的规格名必须一致"))
        names.append(group.text(title))
    return names


def _sku(group: Group, index: int, names: list[str], error: Any) -> dict[str, Any]:
    cells = group.rows[index][1]
    values: dict[str, Any] = {
        field: cells[title].strip() for title, field in columns.SKU_TEXTS.items() if title in cells
    }
    for title, field in columns.SKU_PRICES.items():
        if title in cells:
            text = without_thousands(cells[title].translate(_YUAN))
            values[field] = text or ("0" if field != "price" else None)
    for title, field in columns.SKU_NUMBERS.items():
        if text := cells.get(title, "").strip():
            values[field] = _whole(text)
        elif title in cells and field == "weight":
            values[field] = 0
    values["options"] = {}
    for number, name in enumerate(names, 1):
        value = cells.get(columns.OPTION_VALUE.format(number), "").strip()
        if name:
            values["options"][name] = value
        elif value:
            error(
                f"skus[{index}].options[{number}]",
                _("请填写“%(title)s”") % {"title": columns.OPTION_NAME.format(number)},
            )
    return values


def _whole(text: str) -> int | str:
    plain = without_thousands(text)
    return int(plain.translate(_MINUS)) if _WHOLE.fullmatch(plain) else text


def _place(group: Group, path: str) -> Place:
    """Return line, column and value of a field such as `skus[1].price`."""
    in_sku = _IN_SKU.fullmatch(path)
    if in_sku:
        line, cells = group.rows[int(in_sku[1])]
        title = _sku_title(group, in_sku[2])
    else:
        line, cells = group.rows[0]
        plain = _IN_ATTRIBUTE.fullmatch(path)
        title = _TITLES.get(plain[1] if plain else path, columns.OPTION_NAME.format(1))
        line, cells = next(((at, row) for at, row in group.rows if row.get(title, "").strip()), (line, cells))
    return line, title, cells.get(title, "")


def _sku_title(group: Group, name: str) -> str:
    if name in _SKU_TITLES:
        return _SKU_TITLES[name]
    wanted = name.partition(".")[2]
    for number in range(1, MOST_OPTIONS + 1):
        if name == f"options[{number}]" or (wanted and group.text(columns.OPTION_NAME.format(number)) == wanted):
            return columns.OPTION_VALUE.format(number)
    return columns.OPTION_VALUE.format(1)
