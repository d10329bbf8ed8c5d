"""The daily trade bill, made from the book and handed out for five minutes."""

from __future__ import annotations

import gzip
import hashlib
import secrets
import sqlite3
import time
from datetime import date, datetime, timedelta
from threading import Lock

from payments.paysim.reading import Refusal
from payments.paysim.store import CHINA, Store

LIFETIME_SECONDS = 300
_COLUMNS = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,"
    "应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,"
    "手续费,费率,订单金额,申请退款金额,费率备注"
)
_SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


class Bills:
    """Makes bills on request and keeps each until its address expires."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._ready: dict[str, tuple[float, str, bytes]] = {}

    def make(self, mchid: str, day: str, bill_type: str, *, gzipped: bool) -> tuple[str, str]:
        """The token and SHA1 of the merchant's bill of that day; the running day too, as far as it got."""
        payments, refunds = self._day(mchid, day)
        if bill_type not in ("ALL", "SUCCESS", "REFUND"):
            raise Refusal(400, "PARAM_ERROR", "bill_type 不符合规则")
        payments = [] if bill_type == "REFUND" else payments
        refunds = [] if bill_type == "SUCCESS" else refunds
        if not payments and not refunds:
            raise Refusal(400, "NO_STATEMENT_EXIST", "账单文件不存在")
        plain = _bill(payments, refunds)
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._forget_expired()
            self._ready[token] = (
                time.time() + LIFETIME_SECONDS,
                mchid,
                gzip.compress(plain) if gzipped else plain,
            )
        return token, hashlib.sha1(plain, usedforsecurity=False).hexdigest()

    def take(self, mchid: str, token: str) -> bytes:
        """The file behind a token of that merchant; raises Refusal."""
        with self._lock:
            self._forget_expired()
            _, owner, content = self._ready.get(token, (0.0, "", b""))
        if owner != mchid:
            raise Refusal(404, "RESOURCE_NOT_EXISTS", "账单地址已失效")
        return content

    def _forget_expired(self) -> None:
        now = time.time()
        self._ready = {token: entry for token, entry in self._ready.items() if entry[0] > now}

    def _day(self, mchid: str, day: str) -> tuple[list[sqlite3.Row], list[sqlite3.Row]]:
        try:
            first = datetime.combine(date.fromisoformat(day), datetime.min.time(), CHINA)
        except ValueError as error:
            raise Refusal(400, "PARAM_ERROR", "bill_date 格式不正确") from error
        window = (first.timestamp(), (first + timedelta(days=1)).timestamp())
        payments = self._store.rows(
            "SELECT * FROM trades WHERE mchid = ? AND paid_at >= ? AND paid_at < ? ORDER BY paid_at", mchid, *window
        )
        refunds = self._store.rows(
            "SELECT trades.*, out_refund_no, refund_id, refunds.amount AS refunded, refunded_at"
            " FROM refunds JOIN trades USING (mchid, out_trade_no)"
            " WHERE mchid = ? AND refunded_at >= ? AND refunded_at < ? ORDER BY refunded_at",
            *(mchid, *window),
        )
        return payments, refunds


def _bill(payments: list[sqlite3.Row], refunds: list[sqlite3.Row]) -> bytes:
    lines = [_COLUMNS]
    lines += [_line(row, row["paid_at"], row["amount"], refund=None) for row in payments]
    lines += [_line(row, row["refunded_at"], 0, refund=row) for row in refunds]
    paid = sum(row["amount"] for row in payments)
    given_back = sum(row["refunded"] for row in refunds)
    totals = (_yuan(paid), _yuan(given_back), "0.00", "0.00", _yuan(paid), _yuan(given_back))
    lines += [_SUMMARY, _ticked([str(len(lines) - 1), *totals])]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def _line(row: sqlite3.Row, moment: float, amount: int, *, refund: sqlite3.Row | None) -> str:
    stamp = datetime.fromtimestamp(moment, CHINA).strftime("%Y-%m-%d %H:%M:%S")
    state = "REFUND" if refund else "SUCCESS"
    back = _yuan(refund["refunded"]) if refund else "0.00"
    numbers = [refund["refund_id"], refund["out_refund_no"]] if refund else ["0", "0"]
    kind = ["ORIGINAL", "SUCCESS"] if refund else ["", ""]
    who = [row["appid"], row["mchid"], "0", "", row["transaction_id"], row["out_trade_no"], row["openid"]]
    how = [row["trade_type"], state, "OTHERS", "CNY", _yuan(amount), "0.00", *numbers, back, "0.00", *kind]
    what = [row["description"], row["attach"], "0.00000", "0.60%", _yuan(amount), back, ""]
    return _ticked([stamp, *who, *how, *what])


def _ticked(values: list[str]) -> str:
    return ",".join(f"`{value}" for value in values)


def _yuan(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"
