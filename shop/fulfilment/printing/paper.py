"""A sheet of paper that can write Chinese and draw QR codes."""

from typing import Any, cast

import segno
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import Align, TableBordersLayout, WrapMode, XPos, YPos
from fpdf.fonts import FontFace, TTFFont
from pylopdf_fonts_zh_cn import sans_path

FONT = "Noto Sans SC"
MARGIN, QR_SIZE = 12, 26  # millimetres
GREY = 110


class Paper(FPDF):
    """A4 with the shop's name above and the page's number below."""

    def __init__(self, shop_name: str) -> None:
        super().__init__(format="A4")
        self.shop_name = shop_name
        self.add_font(FONT, "", str(sans_path()))
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=16)
        self.set_font(FONT, size=10)
        self._known = frozenset(cast(TTFFont, self.current_font).cmap)

    def footer(self) -> None:
        """Write the page's number."""
        self.set_y(-12)
        self.set_font(FONT, size=8)
        self.set_text_color(GREY)
        self.cell(0, 5, f"{self.shop_name}　{self.page_no()} / {{nb}}", align=Align.C)
        self.set_text_color(0)

    def plain(self, text: str) -> str:
        """Return the text with a box for every letter that the font lacks."""
        return "".join(letter if ord(letter) in self._known or letter == "\n" else "□" for letter in text)

    def say(self, text: str, *, size: float = 10, width: float = 0, grey: bool = False) -> None:
        """Write a paragraph that wraps, and go below it."""
        self.set_font(FONT, size=size)
        self.set_text_color(GREY if grey else 0)
        self.multi_cell(
            width,
            size * 0.55,
            self.plain(text),
            align=Align.L,
            wrapmode=WrapMode.CHAR,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self.set_text_color(0)

    def rows(self, titles: tuple[str, ...], widths: tuple[int, ...], rows: Any) -> None:
        """Write a table that flows over pages with its titles on each."""
        self.set_font(FONT, size=9)
        with self.table(
            col_widths=widths,
            text_align=[Align.L] * (len(titles) - 1) + [Align.R],
            headings_style=FontFace(emphasis="", fill_color=(240, 240, 240)),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            line_height=5.2,
            padding=1,
            wrapmode=WrapMode.CHAR,
        ) as table:
            table.row([self.plain(title) for title in titles])
            for row in rows:
                table.row([self.plain(str(cell)) for cell in row])

    def qr(self, text: str, x: float, y: float) -> None:
        """Draw a QR code of QR_SIZE with its upper left corner at x, y."""
        matrix = segno.make(text, error="m", micro=False).matrix
        side = QR_SIZE / len(matrix)
        self.set_fill_color(0)
        for down, row in enumerate(matrix):
            for across, dark in enumerate(row):
                if dark:
                    self.rect(x + across * side, y + down * side, side, side, style="F")

    def bytes(self) -> bytes:
        """Return the file."""
        self.set_title(_("打印"))
        return bytes(self.output())
