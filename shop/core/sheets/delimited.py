"""Rows of CSV files in the encodings and with the separators that people's programs write."""

import codecs
import csv
from collections.abc import Callable, Iterator, Sequence
from io import TextIOWrapper
from typing import Any, BinaryIO, cast

from django.utils.translation import gettext as _

from shop.core.errors import ShopError

_CHUNK = 1 << 20
_LONGEST_LINE = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_SEPARATORS = "\t,;"

csv.field_size_limit(1 << 20)  # a product's description may have 200,000 characters, the module's own limit is 131,072


def delimited_rows(file: BinaryIO, *, separator: str = "") -> Callable[[], Iterator[tuple[int, Sequence[str]]]]:
    """Return what yields the line number and the cells of each row; ShopError `file_invalid` for no text.

    Without `separator` it is the one that the first line has most of.
    """
    encoding = _encoding_of(file)

    def rows() -> Iterator[tuple[int, Sequence[str]]]:
        file.seek(0)
        text = TextIOWrapper(cast(Any, _Kept(file)), encoding=encoding, newline="")
        first = text.readline(1 << 16)
        text.seek(0)
        reader = csv.reader(_lines(text), delimiter=separator or _separator_of(first), strict=True)
        start = 1
        try:
            for cells in reader:
                yield start, cells
                start = reader.line_num + 1
        except csv.Error as error:
            reason = _("第 %(line)d 行的 CSV 格式错误，请检查引号") % {"line": start}
            raise ShopError("file_invalid", reason) from error

    return rows


def _lines(text: TextIOWrapper) -> Iterator[str]:
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE:
            raise ShopError("file_invalid", _("有一行太长，请检查文件"))
        yield line


class _Kept:
    """A file that closing the text around it leaves open."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def __getattr__(self, name: str) -> object:
        return getattr(self._file, name)

    def close(self) -> None:
        """Leave the file open: it belongs to the caller."""

    @property
    def closed(self) -> bool:
        """Return whether the caller closed it."""
        return self._file.closed


def _encoding_of(file: BinaryIO) -> str:
    file.seek(0)
    start = file.read(400)
    for mark, encoding in _BOMS:
        if start.startswith(mark):
            return _readable(file, (encoding,))
    if b"\0" in start:  # no text in the encodings below holds one
        return _readable(file, ("utf-16-le" if start.index(b"\0") % 2 else "utf-16-be",))
    return _readable(file, ("utf-8", "gb18030"))


def _readable(file: BinaryIO, encodings: tuple[str, ...]) -> str:
    """Return the first of the encodings in which the whole file is text."""
    for encoding in encodings:
        decoder = codecs.getincrementaldecoder(encoding)()
        file.seek(0)
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeError:
            continue
        return encoding
    raise ShopError("file_invalid", _("读不出文字，请把文件另存为 .xlsx，或 UTF-8 编码的 CSV"))


def _separator_of(line: str) -> str:
    outside = "".join(line.split('"')[::2])
    return max(_SEPARATORS, key=lambda separator: (outside.count(separator), separator == ","))
