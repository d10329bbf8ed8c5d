"""Reads fields of a request, and says no the way WeChat Pay does."""

from __future__ import annotations

import re
from collections.abc import Mapping

OUT_TRADE_NO = r"[0-9A-Za-z_\-|*]{6,32}"
OUT_REFUND_NO = r"[0-9A-Za-z_\-|*@]{1,64}"

Fields = Mapping[str, object]


class Refusal(Exception):
    """An error answer: HTTP status, code and message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def text(data: Fields, key: str, limit: int, *, shape: str = r"[\s\S]+", required: bool = True) -> str:
    """A string of at most `limit` characters of that shape; "" when absent and not required; raises Refusal."""
    value = data.get(key, "")
    if value == "" and not required:
        return ""
    if not isinstance(value, str) or len(value) > limit or not re.fullmatch(shape, value, re.ASCII):
        raise Refusal(400, "PARAM_ERROR", f"参数 {key} 不符合规则")
    return value


def positive(data: Fields, key: str) -> int:
    """A whole number of at least 1; raises Refusal."""
    value = data.get(key)
    if type(value) is not int or not 1 <= value <= 100_000_000_000:
        raise Refusal(400, "PARAM_ERROR", f"参数 {key} 不符合规则")
    return value


def group(data: Fields, key: str) -> Fields:
    """A nested object; raises Refusal."""
    value = data.get(key)
    if not isinstance(value, dict):
        raise Refusal(400, "PARAM_ERROR", f"缺少参数 {key}")
    return value


def yuan_currency(amount: Fields) -> str:
    """The currency, which can only be CNY; raises Refusal."""
    if amount.get("currency", "CNY") != "CNY":
        raise Refusal(400, "PARAM_ERROR", "仅支持人民币 CNY")
    return "CNY"
