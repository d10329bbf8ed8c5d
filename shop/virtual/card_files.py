"""Secrets as people give them: pasted, one a line, or as a spreadsheet."""

from typing import BinaryIO

from django.utils.translation import gettext as _

from shop.core.errors import ShopError
from shop.core.sheets import read_sheet
from shop.virtual.services.cards import MOST_SECRETS

NUMBER, SECRET = "卡号", "卡密"
Lines = list[tuple[int, str]]


def read_pasted(text: str) -> Lines:
    """Return (line, secret) of the lines that are not blank; spaces around and doubled inside are left out."""
    rows = ((line, " ".join(row.split())) for line, row in enumerate(text.splitlines(), start=1))
    return [(line, row) for line, row in rows if row]


def read_file(file: BinaryIO, name: str) -> Lines:
    """Return (line, secret) of a file with the column 卡密 and, before it, 卡号 if it has one.

    ShopError: 422 `file_invalid` without the column 卡密, and those of `read_sheet`.
    """
    sheet = read_sheet(file, name, most_rows=MOST_SECRETS)
    if SECRET not in sheet.columns:
        raise ShopError("file_invalid", _("文件里要有一列“%(name)s”") % {"name": SECRET})
    parts = ((line, " ".join([row.get(NUMBER, "").strip(), row[SECRET].strip()]).strip()) for line, row in sheet)
    return [(line, text) for line, text in parts if text]
