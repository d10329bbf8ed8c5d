"""Lines and tables of untrusted text files."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from shop.catalog.importing.report import Report

LONGEST_LINE = 2 * 1024 * 1024  # bytes
LARGEST_FILE = 256 * 1024 * 1024
MOST_ROWS = 100_000

_BOM = b"\xef\xbb\xbf"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_lines(path: Path, report: Report) -> Iterator[tuple[int, str]]:
    """Yield line number and text of a UTF-8 file; a line that cannot be read is reported and yielded as ''."""
    try:
        if not path.is_file():
            raise FileNotFoundError
        if path.stat().st_size > LARGEST_FILE:
            report.error(str(path), 0, "", _("文件不能超过 %(most)d MB") % {"most": LARGEST_FILE // 1024**2})
            return
        with path.open("rb") as stream:
            yield from _lines(stream, str(path), report)
    except OSError:
        report.error(str(path), 0, "", _("文件不存在或无法读取"))


def _lines(stream: BinaryIO, file: str, report: Report) -> Iterator[tuple[int, str]]:
    number = 0
    while raw := stream.readline(LONGEST_LINE + 1):
        number += 1
        if number == 1 and raw.startswith(_UTF16):
            report.error(file, 1, "", _("不是 UTF-8 编码，请把文件另存为 UTF-8"))
            return
        if number == 1 and raw.startswith(_BOM):
            report.warning(file, 1, "", _("文件开头有字节顺序标记（BOM），已忽略"))
            raw = raw.removeprefix(_BOM)
        if len(raw) > LONGEST_LINE:
            _skip_line(stream, raw)
            report.error(file, number, "", _("这一行超过 %(most)d MB") % {"most": LONGEST_LINE // 1024**2})
            raw = b""
        yield number, _decode(raw, file, number, report)


def _skip_line(stream: BinaryIO, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = stream.readline(LONGEST_LINE)


def _decode(raw: bytes, file: str, number: int, report: Report) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        report.error(file, number, "", _("第 %(byte)d 个字节不是 UTF-8 编码") % {"byte": error.start + 1})
        return ""


def too_many(rows: int, file: str, line: int, report: Report) -> bool:
    """Return whether a file has more rows than allowed, and report that."""
    if rows <= MOST_ROWS:
        return False
    report.error(file, line, "", _("最多 %(most)d 行") % {"most": MOST_ROWS})
    return True


def header(path: Path) -> frozenset[str]:
    """Return the column names of a CSV file; what cannot be read has none."""
    lines = (text for _number, text in read_lines(path, Report()))
    try:
        return frozenset(name.strip() for name in next(csv.reader(lines), []))
    except csv.Error:
        return frozenset()


def read_table(
    path: Path, report: Report, *, required: frozenset[str], optional: frozenset[str]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line number and values by column of a CSV file; what cannot be read is reported and left out."""
    file = str(path)
    reader = csv.reader((text or "\n" for _number, text in read_lines(path, report)), strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        if not _check_header(names, file, report, required=required, optional=optional):
            return
        rows, start = 0, reader.line_num + 1
        for values in reader:
            line, start = start, reader.line_num + 1
            if not values:
                continue
            rows += 1
            if too_many(rows, file, line, report):
                return
            if len(values) != len(names):
                report.error(
                    file,
                    line,
                    "",
                    _("应有 %(wanted)d 列，实际 %(found)d 列") % {"wanted": len(names), "found": len(values)},
                )
                continue
            yield line, dict(zip(names, values, strict=True))
    except csv.Error:
        report.error(file, reader.line_num, "", _("CSV 格式错误"))


def _check_header(
    names: list[str], file: str, report: Report, *, required: frozenset[str], optional: frozenset[str]
) -> bool:
    for name in sorted(required - set(names)):
        report.error(file, 1, name, _("缺少这一列"))
    for name in sorted({name for name in names if names.count(name) > 1}):
        report.error(file, 1, name, _("列名重复"))
    for name in sorted(set(names) - required - optional):
        report.warning(file, 1, name[:40], _("未知的列，已忽略"))
    return required <= set(names) and len(set(names)) == len(names)
