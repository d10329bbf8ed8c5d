"""WeChat Pay's daily trade bill, verified and read."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

from payments.base import PaymentError, State, StatementRow
from payments.wechat.receipts import Fields

CHINA = timezone(timedelta(hours=8))
_SIZE_LIMIT = 256 * 1024 * 1024
_REFUND_STATES: dict[str, State] = {"SUCCESS": "SUCCESS", "PROCESSING": "PENDING", "FAIL": "CLOSED", "CHANGE": "FAILED"}


def plain_bill(content: bytes, announced: Fields) -> str:
    """The bill's text once its hash is the announced one; raises PaymentError. WeChat hashes the unpacked file."""
    plain = _unpacked(content)
    if announced.get("hash_type") != "SHA1":
        raise PaymentError("账单摘要算法无法识别", retry=False, code="BILL")
    if hashlib.sha1(plain, usedforsecurity=False).hexdigest() != str(announced.get("hash_value", "")).lower():
        raise PaymentError("账单摘要不符", retry=True, code="BILL_HASH")
    return plain.decode("utf-8-sig")


def rows(bill: str) -> list[StatementRow]:
    """Every payment and refund of the bill in its order; raises PaymentError when its form is not the known one."""
    try:
        return [_row(line) for line in _lines(bill)]
    except (KeyError, ValueError, InvalidOperation) as error:
        raise PaymentError("账单格式无法识别", retry=False, code="BILL") from error


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(content, _SIZE_LIMIT)
    except zlib.error as error:
        raise PaymentError("账单压缩格式有误", retry=True, code="BILL") from error
    if not unpacker.eof:
        raise PaymentError("账单不完整或过大", retry=True, code="BILL")
    return plain


def _lines(bill: str) -> Iterator[dict[str, str]]:
    """Rows by column name; a line that is no row of back-ticked values starts the summary and ends them."""
    heading, *lines = bill.replace("\r\n", "\n").split("\n")
    names = heading.split(",")
    for line in lines:
        if not line.startswith("`"):
            return
        # Values may hold commas; only a comma before a back-tick separates two of them.
        yield dict(zip(names, line[1:].split(",`"), strict=True))


def _row(line: dict[str, str]) -> StatementRow:
    is_refund = line["交易状态"] == "REFUND"
    amount = line["申请退款金额"] if is_refund else line["订单金额"]
    return StatementRow(
        kind="refund" if is_refund else "pay",
        out_trade_no=line["商户订单号"],
        out_refund_no=line["商户退款单号"] if is_refund else None,
        transaction_id=line["微信退款单号"] if is_refund else line["微信订单号"],
        state=_state(line, is_refund=is_refund),
        amount=_fen(amount),
        currency=line["货币种类"],
        occurred_at=datetime.strptime(line["交易时间"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=CHINA),
    )


def _state(line: dict[str, str], *, is_refund: bool) -> State:
    if is_refund:
        return _REFUND_STATES.get(line["退款状态"], "PENDING")
    return "SUCCESS" if line["交易状态"] == "SUCCESS" else "CLOSED"


def _fen(yuan: str) -> int:
    value = Decimal(yuan) * 100
    if value != value.to_integral_value():
        raise ValueError(yuan)
    return int(value)
