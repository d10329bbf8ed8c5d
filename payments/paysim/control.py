"""The simulator's control interface: what shoppers do, what the book says, what goes wrong."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from payments.paysim.accounts import Accounts
from payments.paysim.faults import Faults
from payments.paysim.forgery import TAMPERS, Forge
from payments.paysim.reading import Fields, Refusal
from payments.paysim.server import Answer, Request, Router, json_answer
from payments.paysim.store import Store, china_time
from payments.paysim.till import Till
from payments.paysim.trades import Trade, Trades

COPIES_LIMIT = 5000
PARALLEL_SENDERS = 32


class Control:
    """Routes of /_control/… and /_health."""

    def __init__(
        self, store: Store, accounts: Accounts, trades: Trades, till: Till, faults: Faults, forge: Forge
    ) -> None:
        self._store = store
        self._accounts = accounts
        self._trades = trades
        self._till = till
        self._faults = faults
        self._forge = forge
        self._router = Router()
        for method, path, endpoint in (
            ("GET", "/_health", self._health),
            ("POST", "/_control/accounts", self._account),
            ("POST", "/_control/pay", self._pay),
            ("GET", "/_control/book", self._book),
            ("GET", "/_control/notices", self._notice_log),
            ("POST", "/_control/notify", self._notify),
            ("GET", "/_control/faults", self._list_faults),
            ("POST", "/_control/faults", self._set_fault),
        ):
            self._router.add(method, path, _guarded(endpoint))

    def __call__(self, request: Request) -> Answer:
        """The answer of the control interface."""
        return self._router(request)

    def _health(self, request: Request) -> Answer:
        self._store.rows("SELECT 1")
        return json_answer(200, {"status": "ok"})

    def _account(self, request: Request) -> Answer:
        body = request.json()
        name, appid = _text(body, "name"), _text(body, "appid", "")
        return json_answer(200, self._accounts.config(self._accounts.open(name, appid)))

    def _pay(self, request: Request) -> Answer:
        """The shopper confirms the order named by out_trade_no or by the prepay_id of the cashier."""
        trade = self._till.charge(self._meant(request.json()))
        return json_answer(200, {"transaction_id": trade.transaction_id, "out_trade_no": trade.out_trade_no})

    def _meant(self, body: Fields) -> Trade:
        return self._trades.find(
            _text(body, "out_trade_no", ""), _text(body, "prepay_id", ""), _text(body, "mchid", "")
        )

    def _book(self, request: Request) -> Answer:
        """Everything really charged and refunded, oldest first; `?mchid=` for one merchant."""
        mchid = request.query("mchid")
        charges = self._store.rows(
            "SELECT out_trade_no, transaction_id, mchid, amount, paid_at AS at FROM trades"
            " WHERE paid_at IS NOT NULL AND ? IN ('', mchid) ORDER BY paid_at, transaction_id",
            mchid,
        )
        refunds = self._store.rows(
            "SELECT out_refund_no, out_trade_no, refund_id, mchid, amount, refunded_at AS at FROM refunds"
            " WHERE ? IN ('', mchid) ORDER BY refunded_at, refund_id",
            mchid,
        )
        return json_answer(200, {"charges": _dated(charges), "refunds": _dated(refunds)})

    def _notice_log(self, request: Request) -> Answer:
        """Every notice with its state: waiting, sending, delivered, dropped or given_up."""
        rows = self._store.rows(
            "SELECT notice_id, mchid, url, event_type, state, attempts, last_status FROM notices ORDER BY pk"
        )
        return json_answer(200, {"notices": [dict(row) for row in rows]})

    def _notify(self, request: Request) -> Answer:
        """Send a notice again or a lie about an order, now; answers the statuses received, 0 for no answer."""
        body = request.json()
        trade, tamper = self._meant(body), body.get("tamper")
        if tamper is not None and tamper not in TAMPERS:
            raise Refusal(400, "PARAM_ERROR", "unknown tamper")
        copies, delay = _number(body, "copies", 1), _number(body, "delay", 0)
        if not 1 <= copies <= COPIES_LIMIT or not 0 <= delay <= 3600:
            raise Refusal(400, "PARAM_ERROR", "copies or delay out of range")
        send = self._forge.sender(trade, tamper if isinstance(tamper, str) else None, _address(trade, body))
        time.sleep(delay)
        if not body.get("parallel"):
            return json_answer(200, {"statuses": [send() for _ in range(int(copies))]})
        with ThreadPoolExecutor(min(int(copies), PARALLEL_SENDERS)) as pool:
            results = [pool.submit(send) for _ in range(int(copies))]
            return json_answer(200, {"statuses": [result.result() for result in results]})

    def _list_faults(self, request: Request) -> Answer:
        return json_answer(200, {"faults": self._faults.listed()})

    def _set_fault(self, request: Request) -> Answer:
        body = request.json()
        if body.get("mode") is None:
            self._faults.clear()
            return self._list_faults(request)
        seconds = _number(body, "seconds", -1)
        try:
            self._faults.set(
                _text(body, "mode"),
                int(_number(body, "count", 1)),
                _text(body, "match", ""),
                seconds if seconds >= 0 else None,
            )
        except ValueError as error:
            raise Refusal(400, "PARAM_ERROR", str(error)) from error
        return self._list_faults(request)


def _guarded(endpoint: Callable[[Request], Answer]) -> Callable[[Request], Answer]:
    def guarded(request: Request) -> Answer:
        try:
            return endpoint(request)
        except Refusal as refusal:
            return json_answer(refusal.status, {"code": refusal.code, "message": refusal.message})

    return guarded


def _address(trade: Trade, body: Fields) -> str:
    """The order's own notify_url, another address, or its own with another account in the last place."""
    if url := _text(body, "notify_url", ""):
        return url
    account = _text(body, "account", "")
    return f"{trade.notify_url.rpartition('/')[0]}/{account}" if account else trade.notify_url


def _dated(rows: list[sqlite3.Row]) -> list[dict[str, object]]:
    return [{**dict(row), "at": china_time(row["at"])} for row in rows]


def _text(body: Fields, key: str, default: str | None = None) -> str:
    value = body.get(key, default)
    if not isinstance(value, str) or (default is None and not value):
        raise Refusal(400, "PARAM_ERROR", f"{key} must be a text")
    return value


def _number(body: Fields, key: str, default: float) -> float:
    value = body.get(key)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal(400, "PARAM_ERROR", f"{key} must be a number")
    return value
