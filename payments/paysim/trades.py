"""Orders and charges, with the rules WeChat Pay keeps."""

from __future__ import annotations

import ipaddress
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from payments.paysim.accounts import Account
from payments.paysim.reading import OUT_TRADE_NO, Fields, Refusal, group, positive, text, yuan_currency
from payments.paysim.store import CHINA, Store

JSAPI, MWEB = "JSAPI", "MWEB"
PAYABLE_SECONDS = {JSAPI: 2 * 60 * 60, MWEB: 5 * 60}  # after the last prepay
ORDER_SECONDS = 7 * 24 * 60 * 60
PAID_STATES = frozenset({"SUCCESS", "REFUND"})


@dataclass(frozen=True, slots=True)
class Trade:
    """One order as the provider knows it; state NOTPAY, SUCCESS, REFUND (some of it given back) or CLOSED."""

    mchid: str
    out_trade_no: str
    appid: str
    openid: str
    description: str
    attach: str
    amount: int
    notify_url: str
    time_expire: str
    expires_at: float
    prepay_id: str
    prepaid_at: float
    state: str
    transaction_id: str
    paid_at: float | None
    trade_type: str
    payer_ip: str

    def terms(self) -> tuple[object, ...]:
        """What may not change when the order is prepaid again."""
        return (
            self.appid,
            self.openid,
            self.description,
            self.attach,
            self.amount,
            self.notify_url,
            self.time_expire,
            self.trade_type,
            self.payer_ip,
        )


class Trades:
    """Prepays, closes and charges orders; every charge is one conditional step."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def prepay(self, account: Account, body: Fields, trade_type: str = JSAPI) -> Trade:
        """The order, with the same prepay_id again for the same terms; raises Refusal."""
        asked = _asked(account, body, trade_type)
        with self._store.transaction() as connection:
            known = read_trade(connection, asked.mchid, asked.out_trade_no)
            if known is None:
                _insert(connection, asked)
                return asked
            _check_same(known, asked)
            connection.execute("UPDATE trades SET prepaid_at = ? WHERE prepay_id = ?", (time.time(), known.prepay_id))
            return known

    def get(self, mchid: str, out_trade_no: str) -> Trade | None:
        """The order of that number."""
        return _one(self._store.rows("SELECT * FROM trades WHERE mchid = ? AND out_trade_no = ?", mchid, out_trade_no))

    def by_transaction(self, mchid: str, transaction_id: str) -> Trade | None:
        """The order that was charged under that transaction."""
        statement = "SELECT * FROM trades WHERE mchid = ? AND transaction_id = ? AND transaction_id <> ''"
        return _one(self._store.rows(statement, mchid, transaction_id))

    def close(self, mchid: str, out_trade_no: str) -> None:
        """Make the order unpayable, again and again if need be; raises Refusal when it is paid or unknown."""
        with self._store.transaction() as connection:
            trade = read_trade(connection, mchid, out_trade_no)
            if trade is None:
                raise Refusal(404, "ORDER_NOT_EXIST", "订单不存在")
            if trade.state in PAID_STATES:
                raise Refusal(400, "ORDERPAID", "该订单已支付")
            connection.execute(
                "UPDATE trades SET state = 'CLOSED' WHERE mchid = ? AND out_trade_no = ?", (mchid, out_trade_no)
            )

    def find(self, out_trade_no: str = "", prepay_id: str = "", mchid: str = "") -> Trade:
        """The one order meant; raises Refusal when there is none, or more than one merchant uses the number."""
        key, value = ("prepay_id", prepay_id) if prepay_id else ("out_trade_no", out_trade_no)
        found = self._store.rows(f"SELECT * FROM trades WHERE {key} = ?", value)  # noqa: S608
        rows = [row for row in found if mchid in ("", row["mchid"])]
        if len(rows) > 1:
            raise Refusal(409, "AMBIGUOUS", "several merchants use this number: name the mchid")
        trade = _one(rows)
        if trade is None:
            raise Refusal(404, "ORDER_NOT_EXIST", "订单不存在")
        return trade

    def check_payable(self, trade: Trade) -> None:
        """Raise Refusal 409 when the order as read is paid, closed, or was prepaid too long ago."""
        if trade.state == "CLOSED":
            raise Refusal(409, "ORDER_CLOSED", "订单已关闭")
        if trade.state in PAID_STATES:
            raise Refusal(409, "ORDERPAID", "该订单已支付")
        if time.time() >= min(trade.expires_at, trade.prepaid_at + PAYABLE_SECONDS[trade.trade_type]):
            raise Refusal(409, "ORDER_EXPIRED", "订单已过期")

    def charge(self, trade: Trade, announce: Callable[[sqlite3.Connection, Trade], None]) -> Trade:
        """The order paid by its shopper, announced in the same transaction; Refusal 409 when it cannot be paid."""
        with self._store.transaction() as connection:
            current = read_trade(connection, trade.mchid, trade.out_trade_no) or trade
            self.check_payable(current)
            connection.execute(
                "UPDATE trades SET state = 'SUCCESS', transaction_id = ?, paid_at = ?"
                " WHERE mchid = ? AND out_trade_no = ?",
                (provider_number("4200"), time.time(), trade.mchid, trade.out_trade_no),
            )
            paid = read_trade(connection, trade.mchid, trade.out_trade_no) or current
            announce(connection, paid)
        return paid


def read_trade(connection: sqlite3.Connection, mchid: str, out_trade_no: str) -> Trade | None:
    """The order of that number, inside a transaction."""
    statement = "SELECT * FROM trades WHERE mchid = ? AND out_trade_no = ?"
    return _one(connection.execute(statement, (mchid, out_trade_no)).fetchall())


def provider_number(prefix: str) -> str:
    """28 digits: prefix, day and chance."""
    day = datetime.now(CHINA).strftime("%Y%m%d")
    return prefix + day + "".join(secrets.choice("0123456789") for _ in range(28 - len(prefix) - len(day)))


def _one(rows: list[sqlite3.Row]) -> Trade | None:
    return Trade(**dict(rows[0])) if rows else None


def _insert(connection: sqlite3.Connection, trade: Trade) -> None:
    names = Trade.__slots__
    connection.execute(
        f"INSERT INTO trades ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})",  # noqa: S608
        [getattr(trade, name) for name in names],
    )


def _check_same(known: Trade, asked: Trade) -> None:
    if known.state in PAID_STATES:
        raise Refusal(400, "ORDERPAID", "该订单已支付")
    if known.state == "CLOSED":
        raise Refusal(400, "ORDER_CLOSED", "该订单已关闭")
    if known.terms() != asked.terms():
        raise Refusal(403, "OUT_TRADE_NO_USED", "商户订单号重复，且参数与上次不一致")


def _asked(account: Account, body: Fields, trade_type: str) -> Trade:
    if body.get("mchid") != account.mchid or body.get("appid") != account.appid:
        raise Refusal(400, "APPID_MCHID_NOT_MATCH", "appid 和 mchid 不匹配")
    amount = group(body, "amount")
    yuan_currency(amount)
    time_expire = text(body, "time_expire", 64, required=False)
    now = time.time()
    return Trade(
        mchid=account.mchid,
        out_trade_no=text(body, "out_trade_no", 32, shape=OUT_TRADE_NO),
        appid=account.appid,
        openid=text(group(body, "payer"), "openid", 128) if trade_type == JSAPI else "",
        description=text(body, "description", 127),
        attach=text(body, "attach", 128, required=False),
        amount=positive(amount, "total"),
        notify_url=text(body, "notify_url", 255, shape=r"https?://[^\s?]+"),
        time_expire=time_expire,
        expires_at=_expiry(time_expire, now),
        prepay_id=f"wx{secrets.token_hex(17)}",
        prepaid_at=now,
        state="NOTPAY",
        transaction_id="",
        paid_at=None,
        trade_type=trade_type,
        payer_ip=_payer_ip(body) if trade_type == MWEB else "",
    )


def _payer_ip(body: Fields) -> str:
    """The address in the scene, which an H5 order must state."""
    scene = group(body, "scene_info")
    text(group(scene, "h5_info"), "type", 32, shape="iOS|Android|Wap")
    address = text(scene, "payer_client_ip", 45)
    try:
        ipaddress.ip_address(address)
    except ValueError as error:
        raise Refusal(400, "PARAM_ERROR", "参数 payer_client_ip 不符合规则") from error
    return address


def _expiry(time_expire: str, now: float) -> float:
    if not time_expire:
        return now + ORDER_SECONDS
    try:
        moment = datetime.fromisoformat(time_expire)
    except ValueError as error:
        raise Refusal(400, "PARAM_ERROR", "time_expire 格式不正确") from error
    if moment.tzinfo is None or moment.timestamp() <= now:
        raise Refusal(400, "PARAM_ERROR", "time_expire 应为将来的时间并带时区")
    return moment.timestamp()
