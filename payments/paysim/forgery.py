"""True notices sent again, and lies about an order that a shop must see through."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from payments.paysim.accounts import Accounts
from payments.paysim.keys import PlatformKey
from payments.paysim.notices import new_notice, post
from payments.paysim.reading import Refusal
from payments.paysim.resources import transaction
from payments.paysim.signing import signed_headers, spoiled
from payments.paysim.store import Store
from payments.paysim.trades import PAID_STATES, Trade, provider_number

TAMPERS = frozenset({"signature", "amount", "mchid", "appid", "stale", "state"})
STALE_SECONDS = 600


class Forge:
    """Makes senders of notices that the book does not know of; it never changes the book."""

    def __init__(self, store: Store, accounts: Accounts, platform: PlatformKey) -> None:
        self._store = store
        self._accounts = accounts
        self._platform = platform

    def sender(self, trade: Trade, tamper: str | None, url: str) -> Callable[[], int]:
        """A call that sends the notice once and returns the status; every copy is the same notice, signed afresh."""
        account = self._accounts.find(trade.mchid)
        if account is None:
            raise Refusal(404, "MCH_NOT_EXISTS", "商户号不存在")
        if tamper is None and trade.state not in PAID_STATES:
            raise Refusal(409, "NOTPAY", "the order was never charged, and the book must stay true")
        body = new_notice("TRANSACTION.SUCCESS", self._told(trade, tamper)).body(account)

        def send() -> int:
            stamp = int(time.time()) - (STALE_SECONDS if tamper == "stale" else 0)
            headers = signed_headers(self._platform, body, timestamp=stamp)
            return post(url, spoiled(headers) if tamper == "signature" else headers, body)

        return send

    def _told(self, trade: Trade, tamper: str | None) -> dict[str, object]:
        number = trade.transaction_id or provider_number("4200")
        paid = replace(trade, state="SUCCESS", transaction_id=number, paid_at=trade.paid_at or time.time())
        if tamper == "amount":
            paid = replace(paid, amount=paid.amount - 1 if paid.amount > 1 else 2)
        elif tamper == "mchid":
            paid = replace(paid, mchid=self._another_mchid(trade.mchid))
        elif tamper == "appid":
            paid = replace(paid, appid=f"wx{paid.appid[:1:-1]}")
        resource = transaction(paid)
        if tamper == "state":
            resource |= {"trade_state": "NOTPAY", "trade_state_desc": "订单未支付"}
        return resource

    def _another_mchid(self, mchid: str) -> str:
        rows = self._store.rows("SELECT mchid FROM accounts WHERE mchid <> ? LIMIT 1", mchid)
        return rows[0]["mchid"] if rows else f"{(int(mchid) + 1):010d}"
