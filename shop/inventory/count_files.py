"""Count sheets as spreadsheets: written to count with, read back with what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from shop.core.errors import ShopError
from shop.core.sheets import read_sheet, write_xlsx
from shop.inventory.counting import MOST_LINES, MOST_UNITS
from shop.inventory.models import CountSheet

CODE, BARCODE, COUNTED = "SKU 编码", "条形码", "实盘数量"
COLUMNS = ("商品", "规格", CODE, BARCODE, "建单时账面", COUNTED)
MOST_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that cannot be taken over, and why."""

    line: int
    reason: str


def sheet_file(sheet: CountSheet) -> bytes:
    """Return the sheet as XLSX with a column to write the counts into; what was counted is filled in."""
    lines = sheet.lines.select_related("stock_item__sku__product").order_by("stock_item__sku__product__title", "pk")
    rows = (
        (
            line.stock_item.sku.product.title,
            line.stock_item.sku.option_text,
            line.stock_item.sku.code,
            line.stock_item.sku.barcode,
            line.opening,
            "" if line.counted is None else line.counted,
        )
        for line in lines.iterator(chunk_size=2000)
    )
    return write_xlsx(COLUMNS, rows)


def read_counts(sheet: CountSheet, file: BinaryIO, name: str) -> dict[int, int]:
    """Return what the file says was found (stock item pk → units); rows without a number are left out.

    ShopError 422 `count_file_invalid`: nothing can be taken over; `detail["rows"]` says which rows are wrong and why.
    Further those of `read_sheet`.
    """
    table = read_sheet(file, name, most_rows=MOST_LINES)
    if COUNTED not in table.columns or not {CODE, BARCODE} & set(table.columns):
        text = _("文件里要有“%(counted)s”和“%(code)s”两列，请用本页下载的盘点表填写") % {
            "counted": COUNTED,
            "code": CODE,
        }
        raise ShopError("count_file_invalid", text, status=422, detail={"rows": []})
    items = _Items(sheet)
    counts: dict[int, int] = {}
    problems: list[RowProblem] = []
    for line, values in table:
        if not (text := values[COUNTED].strip()):
            continue
        item = items.of(values)
        if reason := _problem(text, item, counts):
            problems.append(RowProblem(line, reason))
        elif item is not None:
            counts[item] = int(text)
    if problems:
        raise ShopError(
            "count_file_invalid",
            _("有 %(count)d 行不对，什么都没有保存：") % {"count": len(problems)},
            status=422,
            detail={"rows": [(problem.line, problem.reason) for problem in problems[:MOST_PROBLEMS]]},
        )
    return counts


class _Items:
    """The stock items of a sheet by SKU code and by barcode."""

    def __init__(self, sheet: CountSheet) -> None:
        rows = list(sheet.lines.values_list("stock_item", "stock_item__sku__code", "stock_item__sku__barcode"))
        self.by_code = {code: item for item, code, _barcode in rows}
        self.by_barcode = {barcode: item for item, _code, barcode in rows if barcode}

    def of(self, values: Mapping[str, str]) -> int | None:
        """Return the item a row means; None for one that is not on the sheet."""
        code, barcode = values.get(CODE, "").strip(), values.get(BARCODE, "").strip()
        return self.by_code.get(code) if code else self.by_barcode.get(barcode)


def _problem(text: str, item: int | None, counts: Mapping[int, int]) -> str:
    if item is None:
        return _("这张盘点单里没有这个商品")
    if not (text.isascii() and text.isdigit()) or len(text) > 7 or int(text) > MOST_UNITS:
        return _("“%(text)s”不是数量，请填 0 到 1000000 的整数") % {"text": text[:20]}
    return _("这个商品在文件里出现了两次") if item in counts else ""
