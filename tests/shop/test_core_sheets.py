"""Spreadsheets: what people's programs write is read, what would run or burst is not."""

import csv
import io
import random
import subprocess
import sys
import zipfile
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest

from shop.core.errors import ShopError
from shop.core.sheets import Marked, read_sheet, write_csv, write_xlsx

FORMULAS = ("=1+1", "+86 139", "-5", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0", "'=1", "''+1")
TEXTS = (
    "",
    "普通",
    "007",
    "1e17",
    " 空格 ",
    "a,b;c\td",
    '引"号',
    "两\n行",
    "回\r\n车",
    "<b>&amp;</b>",
    "_x000D_",
    "'",
    "'a",
)


def read(data, name="a.xlsx", **options):
    sheet = read_sheet(io.BytesIO(data), name, **options)
    return sheet.columns, [values for _line, values in sheet]


def refused(data, name="a.xlsx", **options):
    with pytest.raises(ShopError) as error:
        read(data, name, **options)
    return error.value


def workbook(*rows, change=lambda sheet: None):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    change(book.active)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def package(sheet="", strings="", **entries):
    """An XLSX file made by hand."""
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(write_xlsx(["a"], []))) as plain:
        with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in plain.namelist():
                if name not in {"xl/worksheets/sheet1.xml", *entries}:
                    archive.writestr(name, plain.read(name))
            archive.writestr("xl/worksheets/sheet1.xml", sheet)
            for name, content in entries.items():
                archive.writestr(name, content)
    return data.getvalue()


FROM_1904 = """<workbook xmlns:r="r"><workbookPr date1904="1"/><sheets><sheet r:id="rId1"/></sheets></workbook>"""
DAYS = '<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>'
LATEST_DAY = "<worksheet><sheetData><row><c><v>2958465</v></c></row></sheetData></worksheet>"


def broken_stream():
    """A sound package whose sheet does not unpack."""
    data, name = write_xlsx(["a"], []), b"xl/worksheets/sheet1.xml"
    start = data.index(name) + len(name)
    return data[: start + 5] + b"\xff" * 20 + data[start + 25 :]


@pytest.mark.parametrize(("write", "name"), [(write_xlsx, "a.xlsx"), (write_csv, "a.csv")])
def test_every_text_reads_back_as_it_was(write, name):
    rows = [(f"{number}", text) for number, text in enumerate(FORMULAS + TEXTS)]
    columns, found = read(write(("编号", "=文本"), rows), name)
    assert columns == ("编号", "=文本")
    assert [(values["编号"], values["=文本"]) for values in found] == rows


def test_random_texts_read_back_as_they_were():
    chance = random.Random(7)
    letters = "=+-@\t\r\n'\"_x0D5F,;<>& 店铺1.0éa\u3000"
    rows = [["".join(chance.choices(letters, k=chance.randint(1, 9))) for _column in range(4)] for _row in range(2000)]
    rows = [[f"#{number}", *row] for number, row in enumerate(rows)]
    for write, name in ((write_xlsx, "a.xlsx"), (write_csv, "a.csv")):
        _columns, found = read(write("abcde", rows), name)
        assert [list(values.values()) for values in found] == rows


def test_no_cell_of_an_export_is_a_formula_and_numbers_stay_numbers():
    rows = [(text, -3, Decimal("-1.50"), Marked("=2")) for text in FORMULAS]
    book = openpyxl.load_workbook(io.BytesIO(write_xlsx(("=a", "b", "c", "d"), rows)))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f" or str(cell.value)[0] in "=+@\t\r"]
    assert [cell.value for cell in book.active["B"][1:]] == [-3] * len(FORMULAS)
    assert [cell.value for cell in book.active["C"][1:]] == [-1.5] * len(FORMULAS)
    lines = list(csv.reader(io.StringIO(write_csv(("=a", "b"), [(text, -3) for text in FORMULAS]).decode("utf-8-sig"))))
    assert lines[0][0] == "'=a"
    assert all(line[0].startswith("'") and line[1] == "-3" for line in lines[1:])


def test_numbers_and_days_come_as_people_see_them():
    data = workbook(
        ["整数", "小数", "长码", "和", "日期", "时刻", "对错", "百分数"],
        [12.0, 12.5, 6901234567892, 0.1 + 0.2, date(2026, 1, 31), datetime(2026, 1, 31, 9, 5), True, 0.25],
        [-3, 1e-7, 123456789012345678, 1e17, None, None, False, None],
        change=lambda sheet: [
            setattr(sheet["H2"], "number_format", "0%"),
            setattr(sheet["A2"], "number_format", '[Red]0"d"'),
        ],
    )
    _columns, (first, second) = read(data)
    assert list(first.values()) == [
        "12",
        "12.5",
        "6901234567892",
        "0.3",
        "2026-01-31",
        "2026-01-31 09:05:00",
        "TRUE",
        "0.25",
    ]
    assert list(second.values()) == ["-3", "0.0000001", "123456789012345700", "100000000000000000", "", "", "FALSE", ""]


def test_a_formula_counts_by_its_last_result_and_one_without_is_refused():
    row = '<row r="1"><c r="A1" t="str"><v>价</v></c></row><row r="2"><c r="A2">%s</c></row>'
    head = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
    assert read(package(head % row % "<f>1+1</f><v>2</v>"))[1] == [{"价": "2"}]
    error = refused(package(head % row % "<f>1+1</f>"))
    assert error.code == "file_invalid" and "A2" in str(error.message)


def test_blank_rows_and_columns_without_title_are_left_out_and_lines_are_the_programs():
    data = workbook([], ["货号", None, "名称"], ["1", "x", "甲"], [], [None, None, None], ["2"])
    sheet = read_sheet(io.BytesIO(data), "a.xlsx")
    assert sheet.columns == ("货号", "", "名称")
    assert list(sheet) == [(3, {"货号": "1", "名称": "甲"}), (6, {"货号": "2", "名称": ""})]
    assert list(sheet) == list(sheet)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_csv_file_is_read_in_any_encoding_with_any_separator(encoding, separator):
    text = f'商品编码{separator}"名称,;\t"\r\n007{separator}"两\n行"\r\n\r\n8{separator}乙\r\n'
    sheet = read_sheet(io.BytesIO(text.encode(encoding)), "a.csv")
    assert list(sheet) == [(2, {"商品编码": "007", "名称,;": "两\n行"}), (5, {"商品编码": "8", "名称,;": "乙"})]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"\xff\xfe\x00",
        bytes(range(256)) * 8,
        b'a,b\n"1,2\n',
        b"a,a\n1,2\n",
        b"PK\x03\x04 no archive",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old or locked",
        package("<worksheet><sheetData><row>"),
        package('<!DOCTYPE x [<!ENTITY a "aaa">]><worksheet>&a;</worksheet>'),
        package('<!DOCTYPE x SYSTEM "file:///etc/passwd"><worksheet/>'),
        package('<worksheet><sheetData><row><c t="s"><v>7</v></c></row></sheetData></worksheet>'),
        package('<worksheet><sheetData><row><c s="x"><v>7</v></c></row></sheetData></worksheet>'),
        package(f'<worksheet><sheetData><row><c r="{"A" * 21}"><v>7</v></c></row></sheetData></worksheet>'),
        package(LATEST_DAY, **{"xl/workbook.xml": FROM_1904, "xl/styles.xml": DAYS}),
        broken_stream(),
    ],
)
def test_what_is_no_spreadsheet_is_refused_in_words(data):
    error = refused(data)
    assert error.code == "file_invalid"
    assert str(error.message)


def test_half_of_a_character_is_replaced():
    sheet = "<worksheet><sheetData><row><c t='inlineStr'><is><t>a_xD800_</t></is></c></row></sheetData></worksheet>"
    assert read(package(sheet))[0] == ("a\ufffd",)


def test_too_many_rows_are_refused():
    data = workbook(["a"], *([str(number)] for number in range(11)))
    assert refused(data, most_rows=10).code == "too_many_rows"
    assert len(read(data, most_rows=11)[1]) == 11


BOMBS = {
    "one huge sheet": 'zipped({"xl/worksheets/sheet1.xml": b"<row><c><v>1</v></c></row>" * 12_000_000})',
    "a million rows": """zipped({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"
        + b"<row><c><v>1</v></c></row>" * 1_000_000 + b"</sheetData></worksheet>"}, stored=True)""",
    "strings": """zipped({"xl/sharedStrings.xml": b"<sst>" + b"<si><t>a</t></si>" * 2_900_000 + b"</sst>",
        "xl/_rels/workbook.xml.rels": RELS, "xl/worksheets/sheet1.xml": b""}, stored=True)""",
    "one long text": """zipped({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row><c t='inlineStr'><is><t>"
        + "\\u5e97".encode() * 15_000_000}, stored=True)""",
    "a cell far to the right": """zipped({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row><c r='"
        + b"A" * 45_000_000 + b"'/></row></sheetData></worksheet>"}, stored=True)""",
    "empty rows": """zipped({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>" + b"<row/>" * 7_000_000
        + b"</sheetData></worksheet>"}, stored=True)""",
    "many entries": 'zipped({f"{number}": b"" for number in range(60_000)})',
    "a long table of contents": "directory()",
    "entities": """zipped({"xl/worksheets/sheet1.xml": LAUGHS})""",
    "a CSV of a million rows": 'b"a,b\\n" + b"1,2\\n" * 1_000_000',
    "a CSV of one line": 'b"a," * 16_000_000',
}

CHILD = """
import io, sys, time, zipfile
import django
from django.conf import settings
settings.configure(USE_I18N=False)
django.setup()
from shop.core.errors import ShopError
from shop.core.sheets import read_sheet, write_xlsx

RELS = b'<r><Relationship Id="rId1" Type="/worksheet" Target="worksheets/sheet1.xml"/>' \\
    b'<Relationship Id="rId2" Type="/sharedStrings" Target="sharedStrings.xml"/></r>'
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%s">' % (letter + 1, b"&%c;" % letter * 10) for letter in range(97, 107)
) + b"]><worksheet>&k;</worksheet>"

def zipped(entries, stored=False):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(write_xlsx(["a"], []))) as plain:
        parts = {name: plain.read(name) for name in plain.namelist()} | entries
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()

def directory():
    data = bytearray(zipped({}))
    at = data.rindex(b"PK\\x05\\x06")
    data[at + 12 : at + 16] = (45 << 20).to_bytes(4, "little")
    return b"PK" + bytes(45 << 20) + bytes(data)

if sys.argv[1] == "make":
    open(sys.argv[2], "wb").write(BOMB)
else:
    start = time.process_time()  # a busy machine makes others wait, not this work longer
    with open(sys.argv[2], "rb") as file:
        try:
            rows = sum(1 for _row in read_sheet(file, "a.xlsx"))
            code = f"{rows} rows"
        except ShopError as error:
            code = error.code
    # Not ru_maxrss, which a child inherits from whoever started it.
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM:")).split()[1]
    print(code, time.process_time() - start, int(peak) // 1024)
"""


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused_quickly_and_in_little_memory(kind, tmp_path):
    script, bomb = tmp_path / "child.py", tmp_path / "bomb"
    script.write_text(CHILD.replace("BOMB", BOMBS[kind]))
    subprocess.run([sys.executable, script, "make", bomb], check=True)
    answer = subprocess.run([sys.executable, script, "read", bomb], check=True, capture_output=True, text=True)
    code, seconds, megabytes = answer.stdout.split()
    print(kind, code, seconds, megabytes)
    assert code in {"file_too_large", "file_invalid", "too_many_rows"}
    assert float(seconds) <= 2
    assert int(megabytes) <= 200
