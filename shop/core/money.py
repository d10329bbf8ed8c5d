"""Money is integer fen. Yuan exist where a person reads or types, and nowhere else."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

MOST_FEN = 10**11  # a thousand million yuan: far above any shop, far below 64 bits
_YUAN = re.compile(r"\d{1,9}(\.\d{1,2})?", re.ASCII)
_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)


class MoneyField(models.BigIntegerField):
    """An amount in fen, never negative."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("validators", [MinValueValidator(0), MaxValueValidator(MOST_FEN)])
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """Leave the validators out of migrations."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        return name, path, args, kwargs


def without_thousands(text: str) -> str:
    """Return a number without the commas between its thousands; one with any other comma (12,50) stays as it is."""
    return text.replace(",", "") if _THOUSANDS.fullmatch(text) else text


def parse_yuan(text: str) -> int:
    """Return fen from decimal text in yuan such as `12.50`; ValueError for anything else."""
    clean = text.strip()
    if not _YUAN.fullmatch(clean):
        raise ValueError(f"not an amount in yuan: {text[:40]!r}")
    return int(Decimal(clean) * 100)


def yuan(fen: int, *, thousands: str = "") -> str:
    """Return fen as text in yuan with two decimals; `thousands` stands between the thousands."""
    sign, amount = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{amount // 100:,}.{amount % 100:02d}".replace(",", thousands)


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Return `amount` split in proportion to `weights`, adding up to it exactly (largest remainder, first wins ties).

    All weights 0: everything goes to the first. ValueError for a negative amount or weight, or no weights.
    """
    if amount < 0 or not weights or min(weights) < 0:
        raise ValueError("allocate needs weights and nothing negative")
    total = sum(weights)
    if not total:
        return [amount] + [0] * (len(weights) - 1)
    shares = [amount * weight // total for weight in weights]
    rest = amount - sum(shares)
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(amount * weights[i] % total), i))
    for index in by_remainder[:rest]:
        shares[index] += 1
    return shares
