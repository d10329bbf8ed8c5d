"""WeChat Pay's resources read as receipts: the same rules for notices and for answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from payments.base import Receipt, State

# A state this code does not know is asked for again and never taken for success.
_TRADE_STATES: dict[str, State] = {
    "SUCCESS": "SUCCESS",
    "REFUND": "SUCCESS",
    "NOTPAY": "PENDING",
    "USERPAYING": "PENDING",
    "CLOSED": "CLOSED",
    "REVOKED": "CLOSED",
    "PAYERROR": "FAILED",
}
_REFUND_STATES: dict[str, State] = {
    "SUCCESS": "SUCCESS",
    "PROCESSING": "PENDING",
    "CLOSED": "CLOSED",
    "ABNORMAL": "FAILED",
}

Fields = Mapping[str, object]


class Malformed(ValueError):
    """A resource lacks a field or holds one of the wrong form; str() names the field."""


def pay_receipt(data: Fields, *, now: datetime, amount_required: bool) -> Receipt:
    """The receipt of a transaction resource; raises Malformed. An unpaid order may state no amount: it reads 0."""
    state = _TRADE_STATES.get(text(data, "trade_state"), "PENDING")
    paid = state == "SUCCESS"
    amount = group(data, "amount", required=paid or amount_required)
    payer = group(data, "payer", required=False)
    return Receipt(
        kind="pay",
        out_trade_no=text(data, "out_trade_no"),
        out_refund_no=None,
        transaction_id=text(data, "transaction_id", required=paid),
        state=state,
        amount=fen(amount, "total") if amount else 0,
        currency=_currency(amount) if amount else "CNY",
        merchant_id=text(data, "mchid"),
        app_id=text(data, "appid"),
        payer=text(payer, "openid", required=False, limit=128) or None,
        occurred_at=moment(data, "success_time", now if not paid else None),
        raw=data,
    )


def refund_receipt(data: Fields, *, now: datetime, state_key: str, merchant_id: str) -> Receipt:
    """The receipt of a refund resource; raises Malformed. Notices call the state `refund_status`, answers `status`."""
    state = _REFUND_STATES.get(text(data, state_key), "PENDING")
    amount = group(data, "amount")
    return Receipt(
        kind="refund",
        out_trade_no=text(data, "out_trade_no"),
        out_refund_no=text(data, "out_refund_no"),
        transaction_id=text(data, "refund_id"),
        state=state,
        amount=fen(amount, "refund"),
        # Refund notices state no currency: an account of this mode trades in CNY only.
        currency=_currency(amount) if "currency" in amount else "CNY",
        merchant_id=merchant_id,
        app_id=None,
        payer=None,
        occurred_at=moment(data, "success_time", now if state != "SUCCESS" else None),
        raw=data,
    )


def text(data: Fields, key: str, *, required: bool = True, limit: int = 64) -> str:
    """A printable string of at most `limit` characters; "" when it is absent and not required."""
    value = data.get(key)
    if value in (None, "") and not required:
        return ""
    if not isinstance(value, str) or not 1 <= len(value) <= limit or not value.isprintable():
        raise Malformed(key)
    return value


def group(data: Fields, key: str, *, required: bool = True) -> Fields:
    """A nested object; {} when it is absent and not required."""
    value = data.get(key)
    if value is None and not required:
        return {}
    if not isinstance(value, dict):
        raise Malformed(key)
    return value


def fen(data: Fields, key: str) -> int:
    """A whole positive number of fen that a BIGINT holds."""
    value = data.get(key)
    if type(value) is not int or not 0 < value < 2**63:
        raise Malformed(key)
    return value


def moment(data: Fields, key: str, default: datetime | None) -> datetime:
    """An RFC 3339 time with offset; `default` when it is absent and one is given."""
    value = text(data, key, required=default is None)
    if not value and default is not None:
        return default
    try:
        parsed = datetime.fromisoformat(value)
    except ValueError as error:
        raise Malformed(key) from error
    if parsed.tzinfo is None:
        raise Malformed(key)
    return parsed


def _currency(amount: Fields) -> str:
    value = text(amount, "currency")
    if not re.fullmatch(r"[A-Z]{3}", value):
        raise Malformed("currency")
    return value
