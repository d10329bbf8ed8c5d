"""Spreadsheets for people: every text is safe to open, and reads back as it was."""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO, StringIO, TextIOWrapper
from xml.sax.saxutils import escape as xml_escape
from zipfile import ZIP_DEFLATED, ZipFile

from shop.core.sheets.cells import defuse
from shop.core.sheets.values import escape

LONGEST_CELL = 32_000  # Excel holds 32,767 characters; some are escaped to more than one
_CONTENT_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_NAMESPACE = "http://schemas.openxmlformats.org"
_MAIN = f"{_NAMESPACE}/spreadsheetml/2006/main"
_OFFICE = f"{_NAMESPACE}/officeDocument/2006/relationships"
_PACKAGE = f"{_NAMESPACE}/package/2006"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TEXT, _HEADER, _MARKED = 1, 2, 3  # numbers of the cell styles below
_EDGE_BLANKS = re.compile(r"^\s|\s$|\n")

_PARTS = {
    "[Content_Types].xml": f"""<Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_CONTENT_TYPES}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_CONTENT_TYPES}.worksheet+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{_CONTENT_TYPES}.styles+xml"/></Types>""",
    "_rels/.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>""",
    "xl/_rels/workbook.xml.rels": f"""<Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>""",
    "xl/workbook.xml": f"""<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">
<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>""",
    "xl/styles.xml": f"""<styleSheet xmlns="{_MAIN}">
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font>
</fonts><fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>
<fill><patternFill patternType="solid"><fgColor rgb="FFF1F5F9"/></patternFill></fill>
<fill><patternFill patternType="solid"><fgColor rgb="FFFECACA"/></patternFill></fill></fills>
<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>
<cellXfs count="4"><xf/><xf numFmtId="49" applyNumberFormat="1"/>
<xf numFmtId="49" fontId="1" fillId="2" applyNumberFormat="1" applyFont="1" applyFill="1"/>
<xf numFmtId="49" fillId="3" applyNumberFormat="1" applyFill="1"/></cellXfs></styleSheet>""",
}


@dataclass(frozen=True, slots=True)
class Marked:
    """A text that stands out on red ground."""

    text: str


Cell = str | int | Decimal | Marked | None


def write_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return an XLSX file with one sheet. Numbers stay numbers; a text is cut after LONGEST_CELL characters."""
    target = BytesIO()
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=3) as archive:
        for name, content in _PARTS.items():
            archive.writestr(name, _XML + content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as raw, TextIOWrapper(raw, "utf-8") as sheet:
            sheet.write(_opening(columns))
            sheet.write(_row([_text(title, _HEADER) for title in columns]))
            for row in rows:
                sheet.write(_row([_cell(value) for value in row]))
            sheet.write("</sheetData></worksheet>")
    return target.getvalue()


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file in UTF-8 with the byte order mark by which Excel knows it."""
    target = StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow([defuse(title) for title in columns])
    writer.writerows([[_plain(value) for value in row] for row in rows])
    return target.getvalue().encode("utf-8-sig")


def _plain(value: Cell) -> str:
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return defuse(value.text if isinstance(value, Marked) else value or "")


def _opening(columns: Sequence[str]) -> str:
    widths = "".join(
        f'<col min="{number}" max="{number}" width="{min(40, max(12, 2 * len(title) + 4))}" style="{_TEXT}"'
        ' customWidth="1"/>'
        for number, title in enumerate(columns, 1)
    )
    frozen = '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView>'
    return f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews>{frozen}</sheetViews><cols>{widths}</cols><sheetData>'


def _row(cells: Iterable[str]) -> str:
    return f"<row>{''.join(cells)}</row>"


def _cell(value: Cell) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, int | Decimal):
        return f"<c><v>{value:f}</v></c>" if isinstance(value, Decimal) else f"<c><v>{int(value)}</v></c>"
    if isinstance(value, Marked):
        return _text(value.text, _MARKED)
    return _text(value, _TEXT)


def _text(value: str, style: int) -> str:
    text = xml_escape(escape(defuse(value[:LONGEST_CELL])))
    space = ' xml:space="preserve"' if _EDGE_BLANKS.search(text) else ""
    return f'<c s="{style}" t="inlineStr"><is><t{space}>{text}</t></is></c>'
