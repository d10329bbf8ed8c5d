"""What the values of XLSX cells say in plain text."""

import math
import re
from datetime import datetime, timedelta
from decimal import Context, Decimal

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")
_NEEDS_ESCAPE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_DIGITS = Context(prec=15)  # what Excel shows of a number that is not whole
_DATE_IDS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_LITERALS = re.compile(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_MOST_WHOLE = 10**30
_LONGEST_PLACE = 20
_LATEST_DAY = 2_958_465  # 9999-12-31


def unescape(text: str) -> str:
    """Return the text of a string cell: `_x000D_` stands for a character that XML would lose; half of one is lost."""
    if "_x" not in text:
        return text
    return _SURROGATE.sub("\ufffd", _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text))


def escape(text: str) -> str:
    """Return the text so that `unescape` gives it back."""
    return _NEEDS_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def column_number(place: str) -> int:
    """Return 28 for the cell AB7; ValueError for a place longer than any."""
    if len(place) > _LONGEST_PLACE:
        raise ValueError(place[:20])
    number = 0
    for letter in place.rstrip("0123456789"):
        number = number * 26 + ord(letter) - 64
    return number


def number_text(raw: str) -> str:
    """Return a stored number without exponent and without needless zeros."""
    number = float(raw)
    if not math.isfinite(number):
        return raw
    exact = Decimal(raw.strip())
    if number.is_integer() and abs(exact) < _MOST_WHOLE:
        return str(int(exact))
    text = format(_DIGITS.create_decimal(exact), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_date_format(number: int, code: str) -> bool:
    """Return whether a number format shows a day or a time."""
    if code:
        return any(letter in "ymdhs" for letter in _LITERALS.sub("", code).lower().partition(";")[0])
    return number in _DATE_IDS


def date_text(raw: str, *, from_1904: bool) -> str:
    """Return a stored day as 2026-01-31, with the time of day if it has one."""
    days = float(raw)
    if not 0 <= days <= _LATEST_DAY:
        return number_text(raw)
    epoch = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 a spreadsheet has no zone
    moment = epoch + timedelta(seconds=round(days * 86400))
    if days < 1:
        return moment.strftime("%H:%M:%S")
    return moment.strftime("%Y-%m-%d" if float(raw).is_integer() else "%Y-%m-%d %H:%M:%S")
