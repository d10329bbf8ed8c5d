"""Reading a spreadsheet that a person uploads, whatever program wrote it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.translation import gettext as _

from shop.core.archives import MEGABYTE, size_of
from shop.core.errors import ShopError
from shop.core.sheets.cells import restore
from shop.core.sheets.delimited import delimited_rows
from shop.core.sheets.xlsx import workbook_rows

MOST_ROWS = 50_000
LARGEST_FILE = 50 * MEGABYTE
_MOST_COLUMNS = 300
_ZIP, _OLE = b"PK", b"\xd0\xcf\x11\xe0"

Row = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet of a file. Iterating, any number of times, gives line number and values by column.

    Rows without any value are left out. Iterating raises ShopError `too_many_rows` and `file_invalid`.
    """

    columns: tuple[str, ...]
    _rows: Callable[[], Iterator[Row]]
    _most_rows: int

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield line and values of each row below the header."""
        places = [(index, name) for index, name in enumerate(self.columns) if name]
        rows = _filled(self._rows())
        next(rows, None)
        for count, (line, cells) in enumerate(rows, 1):
            if count > self._most_rows:
                raise ShopError("too_many_rows", _("最多 %(most)d 行，请拆成几个文件") % {"most": self._most_rows})
            yield line, {name: restore(cells[index]) if index < len(cells) else "" for index, name in places}


def read_sheet(file: BinaryIO, name: str, *, most_rows: int = MOST_ROWS) -> Sheet:
    """Return the sheet of an XLSX or CSV file; `file` must stay open while the sheet is read.

    Numbers and dates come as plain text (12.0 is "12"), formulas as their last result. Raises ShopError
    `file_too_large` and `file_invalid`, whose message tells the reader what to do.
    """
    if size_of(file) > LARGEST_FILE:
        raise ShopError("file_too_large", _("文件不能超过 %(most)d MB") % {"most": LARGEST_FILE // MEGABYTE})
    start = file.read(4)
    if start.startswith(_OLE):
        raise ShopError("file_invalid", _("不能读取设有密码的文件或旧的 .xls 文件，请另存为不带密码的 .xlsx"))
    rows = workbook_rows(file) if start.startswith(_ZIP) else delimited_rows(file)
    _line, header = next(_filled(rows()), (0, ()))
    columns = tuple(restore(title.strip()) for title in header)
    _check_columns(columns, name)
    return Sheet(columns, rows, most_rows)


def _filled(rows: Iterator[Row]) -> Iterator[Row]:
    return ((line, cells) for line, cells in rows if any(cell.strip() for cell in cells))


def _check_columns(columns: tuple[str, ...], name: str) -> None:
    titles = [title for title in columns if title]
    if not titles:
        raise ShopError("file_invalid", _("文件“%(name)s”是空的：第一行应是列名") % {"name": name[:80]})
    if len(columns) > _MOST_COLUMNS:
        raise ShopError("file_invalid", _("最多 %(most)d 列") % {"most": _MOST_COLUMNS})
    if twice := sorted({title for title in titles if titles.count(title) > 1}):
        raise ShopError("file_invalid", _("列名重复：%(names)s") % {"names": "、".join(twice)[:200]})
