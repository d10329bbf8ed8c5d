"""Spreadsheets in and out: XLSX and CSV as rows of text, safe to open and safe to read."""

from shop.core.sheets.reading import MOST_ROWS, Sheet, read_sheet
from shop.core.sheets.writing import LONGEST_CELL, Cell, Marked, write_csv, write_xlsx

__all__ = ["LONGEST_CELL", "MOST_ROWS", "Cell", "Marked", "Sheet", "read_sheet", "write_csv", "write_xlsx"]
