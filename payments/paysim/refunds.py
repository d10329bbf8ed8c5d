"""Refunds, with the rules WeChat Pay keeps."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass

from payments.paysim.accounts import Account
from payments.paysim.reading import OUT_REFUND_NO, Fields, Refusal, group, positive, text, yuan_currency
from payments.paysim.store import Store
from payments.paysim.trades import PAID_STATES, Trade, provider_number, read_trade

PARTS_LIMIT = 50


@dataclass(frozen=True, slots=True)
class Refund:
    """Money given back; it moves at once, though the first answer says PROCESSING as WeChat's does."""

    mchid: str
    out_refund_no: str
    out_trade_no: str
    refund_id: str
    amount: int
    total: int
    reason: str
    notify_url: str
    refunded_at: float

    def terms(self) -> tuple[object, ...]:
        """What may not change under one number."""
        return (self.out_trade_no, self.amount, self.total)


Announce = Callable[[sqlite3.Connection, Refund, Trade], None]


class Refunds:
    """Gives money back once for each number, never more than was paid."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def refund(self, account: Account, body: Fields, announce: Announce) -> tuple[Refund, Trade, bool]:
        """The refund, its order and whether it is new; announced in the same transaction; raises Refusal."""
        with self._store.transaction() as connection:
            trade = _trade(connection, account.mchid, body)
            asked = _asked(trade, body)
            known = _one(
                connection.execute(
                    "SELECT * FROM refunds WHERE mchid = ? AND out_refund_no = ?", (account.mchid, asked.out_refund_no)
                ).fetchall()
            )
            if known is not None:
                if known.terms() != asked.terms():
                    raise Refusal(400, "INVALID_REQUEST", "商户退款单号重复，且参数与上次不一致")
                return known, trade, False
            _check_room(connection, trade, asked)
            _insert(connection, asked)
            announce(connection, asked, trade)
        return asked, trade, True

    def get(self, mchid: str, out_refund_no: str) -> Refund | None:
        """The refund of that number."""
        statement = "SELECT * FROM refunds WHERE mchid = ? AND out_refund_no = ?"
        return _one(self._store.rows(statement, mchid, out_refund_no))


def _trade(connection: sqlite3.Connection, mchid: str, body: Fields) -> Trade:
    number = text(body, "out_trade_no", 32, required=False)
    if not number:
        transaction_id = text(body, "transaction_id", 32)
        rows = connection.execute(
            "SELECT out_trade_no FROM trades WHERE mchid = ? AND transaction_id = ?", (mchid, transaction_id)
        ).fetchall()
        number = rows[0]["out_trade_no"] if rows else ""
    trade = read_trade(connection, mchid, number)
    if trade is None:
        raise Refusal(404, "RESOURCE_NOT_EXISTS", "订单不存在")
    if trade.state not in PAID_STATES:
        raise Refusal(400, "INVALID_REQUEST", "订单未支付，不能退款")
    return trade


def _asked(trade: Trade, body: Fields) -> Refund:
    amount = group(body, "amount")
    yuan_currency(amount)
    return Refund(
        mchid=trade.mchid,
        out_refund_no=text(body, "out_refund_no", 64, shape=OUT_REFUND_NO),
        out_trade_no=trade.out_trade_no,
        refund_id=provider_number("5030"),
        amount=positive(amount, "refund"),
        total=positive(amount, "total"),
        reason=text(body, "reason", 80, required=False),
        notify_url=text(body, "notify_url", 255, shape=r"https?://[^\s?]+", required=False),
        refunded_at=time.time(),
    )


def _check_room(connection: sqlite3.Connection, trade: Trade, asked: Refund) -> None:
    if asked.total != trade.amount:
        raise Refusal(400, "INVALID_REQUEST", "订单金额与支付时不一致")
    row = connection.execute(
        "SELECT count(*) AS parts, coalesce(sum(amount), 0) AS given FROM refunds WHERE mchid = ? AND out_trade_no = ?",
        (trade.mchid, trade.out_trade_no),
    ).fetchone()
    if row["given"] + asked.amount > trade.amount:
        raise Refusal(400, "INVALID_REQUEST", "申请退款金额大于可退金额")
    if row["parts"] >= PARTS_LIMIT:
        raise Refusal(403, "RULE_LIMIT", "部分退款次数已达上限")


def _insert(connection: sqlite3.Connection, refund: Refund) -> None:
    names = Refund.__slots__
    connection.execute(
        f"INSERT INTO refunds ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
        [getattr(refund, name) for name in names],
    )
    connection.execute(
        "UPDATE trades SET state = 'REFUND' WHERE mchid = ? AND out_trade_no = ?", (refund.mchid, refund.out_trade_no)
    )


def _one(rows: list[sqlite3.Row]) -> Refund | None:
    return Refund(**dict(rows[0])) if rows else None
