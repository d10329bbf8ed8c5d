"""Rows of the first sheet of an XLSX file, read with a streaming parser: memory does not grow with the file."""

import posixpath
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import BinaryIO
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import ZipFile

from django.utils.translation import gettext as _

from shop.core.archives import DAMAGED, MEGABYTE, invalid, open_archive
from shop.core.errors import ShopError
from shop.core.sheets.values import column_number, date_text, is_date_format, number_text, unescape

MOST_UNPACKED = 50 * MEGABYTE
_MOST_ENTRIES = 2000
_MOST_STRINGS = 500_000
_MOST_CELLS_IN_ROW = 400
_MOST_LINES = 1 << 20  # of a sheet, empty ones too, in any spreadsheet program
_LONGEST_TEXT = 2_000_000
_LONGEST_TAG = 1 << 20
_CHUNK = 1 << 16

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str, str], None]


def workbook_rows(file: BinaryIO) -> Callable[[], Iterator[tuple[int, Sequence[str]]]]:
    """Return what yields line number and cells of each row; ShopError `file_invalid`, `file_too_large`."""
    archive = open_archive(file, most_entries=_MOST_ENTRIES, most_bytes=MOST_UNPACKED, check_ratio=True)
    book = _book_of(archive)
    return lambda: _Rows(book).read(archive)


@dataclass(slots=True)
class _Book:
    sheet: str
    strings: list[str] = field(default_factory=list)
    dates: set[int] = field(default_factory=set)  # numbers of the cell styles that show a date
    from_1904: bool = False


def _parse(archive: ZipFile, entry: str, start: Start, end: End, *, per_chunk: Callable[[], bool]) -> Iterator[None]:
    """Feed an entry to a parser, and yield after each piece for which `per_chunk` is true.

    `start` hears local names with attributes, `end` local names with the text directly before the end.
    """
    parser = ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    text: list[str] = []
    length = 0

    def heard(piece: str) -> None:
        nonlocal length
        length += len(piece)
        if length > _LONGEST_TEXT:
            raise invalid()
        text.append(piece)

    def opened(name: str, attributes: Attributes) -> None:
        nonlocal length
        text.clear()
        length = 0
        start(_local(name), {_local(key): value for key, value in attributes.items()} if attributes else attributes)

    def closed(name: str) -> None:
        end(_local(name), "".join(text))
        text.clear()

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.CharacterDataHandler = heard
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        fed = 0
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > _LONGEST_TAG:  # the parser reads a tag anew with each piece of it
                    raise invalid()
                if per_chunk():
                    yield
            parser.Parse(b"", True)
    except (KeyError, ExpatError, ArithmeticError, *DAMAGED) as error:
        raise invalid() from error
    yield


@lru_cache(maxsize=500)
def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _refuse_doctype(*_declaration: object) -> None:
    raise invalid()  # no spreadsheet program writes one; it is where entities would be declared


def _read_all(archive: ZipFile, entry: str, start: Start, end: End = lambda name, text: None) -> None:
    for _piece in _parse(archive, entry, start, end, per_chunk=lambda: False):
        pass


def _targets(archive: ZipFile, entry: str) -> dict[str, tuple[str, str]]:
    """Return id → (kind, entry) of what a part of the package points at."""
    folder, name = posixpath.split(entry)
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
            found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], target)

    _read_all(archive, posixpath.join(folder, "_rels", f"{name}.rels"), start)
    return found


def _book_of(archive: ZipFile) -> _Book:
    workbook = next((entry for kind, entry in _targets(archive, "").values() if kind == "officeDocument"), "")
    targets = _targets(archive, workbook)
    sheets: list[str] = []
    book = _Book("")

    def start(tag: str, attributes: Attributes) -> None:
        if tag == "sheet":
            sheets.append(attributes.get("id", ""))
        elif tag == "workbookPr":
            book.from_1904 = attributes.get("date1904") in {"1", "true"}

    _read_all(archive, workbook, start)
    if not sheets or sheets[0] not in targets:
        raise invalid()
    book.sheet = targets[sheets[0]][1]
    for kind, entry in targets.values():
        if kind == "sharedStrings":
            book.strings = _strings(archive, entry)
        elif kind == "styles":
            book.dates = _date_styles(archive, entry)
    return book


def _strings(archive: ZipFile, entry: str) -> list[str]:
    found: list[str] = []
    parts: list[str] = []
    spoken = 0  # inside the phonetic reading of a text, which is not part of it

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal spoken
        spoken += tag == "rPh"

    def end(tag: str, text: str) -> None:
        nonlocal spoken
        if tag == "t" and not spoken:
            parts.append(text)
        elif tag == "rPh":
            spoken -= 1
        elif tag == "si":
            found.append(unescape("".join(parts)))
            parts.clear()
            if len(found) > _MOST_STRINGS:
                raise ShopError("file_too_large", _("文件里的内容太多，请拆成几个文件"))

    _read_all(archive, entry, start, end)
    return found


def _date_styles(archive: ZipFile, entry: str) -> set[int]:
    """Return the numbers of the cell styles whose number format is a date or a time."""
    formats: dict[int, str] = {}
    styles: list[int] = []
    inside = False

    def start(tag: str, attributes: Attributes) -> None:
        nonlocal inside
        if tag == "numFmt":
            formats[int(attributes["numFmtId"])] = attributes.get("formatCode", "")
        elif tag in {"cellXfs", "cellStyleXfs"}:
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            styles.append(int(attributes.get("numFmtId", 0)))

    _read_all(archive, entry, start)
    return {number for number, style in enumerate(styles) if is_date_format(style, formats.get(style, ""))}


class _Rows:
    """Collects the rows of a sheet while it is parsed."""

    def __init__(self, book: _Book) -> None:
        self._book = book
        self._ready: deque[tuple[int, list[str]]] = deque()
        self._line = self._lines = 0
        self._cells: list[str] = []
        self._column = 0
        self._cell: Attributes = {}
        self._value: str | None = None
        self._inline: list[str] = []
        self._is_formula = False

    def read(self, archive: ZipFile) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield line number and cells of each row."""
        for _piece in _parse(archive, self._book.sheet, self._start, self._end, per_chunk=lambda: bool(self._ready)):
            while self._ready:
                yield self._ready.popleft()

    def _start(self, tag: str, attributes: Attributes) -> None:
        if tag == "row":
            self._line = int(attributes.get("r", self._line + 1))
            self._cells, self._column = [], 0
            self._lines += 1
            if self._lines > _MOST_LINES:
                raise ShopError("file_too_large", _("文件里的内容太多，请拆成几个文件"))
        elif tag == "c":
            place = attributes.get("r", "")
            self._column = column_number(place) if place else self._column + 1
            self._cell, self._value, self._is_formula = attributes, None, False
            self._inline = []
        elif tag == "f":
            self._is_formula = True

    def _end(self, tag: str, text: str) -> None:
        if tag == "v":
            self._value = text
        elif tag == "t":
            self._inline.append(text)
        elif tag == "c":
            self._put(self._text())
        elif tag == "row" and self._cells:
            self._ready.append((self._line, self._cells))

    def _put(self, text: str) -> None:
        if not text or self._column > _MOST_CELLS_IN_ROW:
            return
        self._cells += [""] * (self._column - len(self._cells))
        self._cells[self._column - 1] = text

    def _text(self) -> str:
        kind, value = self._cell.get("t", "n"), self._value
        if kind == "inlineStr":
            return unescape("".join(self._inline))
        if value is None:
            if self._is_formula:
                raise ShopError(
                    "file_invalid",
                    _("单元格 %(cell)s 是没有结果的公式，请用 Excel 或 WPS 打开并保存一次，或改成数值")
                    % {"cell": self._cell.get("r", "")},
                )
            return ""
        if kind == "s":
            return self._shared(value)
        if kind == "n":
            is_date = int(self._cell.get("s", 0)) in self._book.dates
            return date_text(value, from_1904=self._book.from_1904) if is_date else number_text(value)
        if kind == "b":
            return "TRUE" if value.strip() == "1" else "FALSE"
        return unescape(value)

    def _shared(self, value: str) -> str:
        try:
            return self._book.strings[int(value)]
        except IndexError:
            raise invalid() from None
