"""Where shoppers' money is taken, whoever lets them in: the control interface or the page of a browser."""

from __future__ import annotations

import sqlite3

from payments.paysim.notices import Notices
from payments.paysim.resources import transaction
from payments.paysim.trades import Trade, Trades


class Till:
    """Charges orders and tells the shop."""

    def __init__(self, trades: Trades, notices: Notices) -> None:
        self._trades = trades
        self._notices = notices

    def charge(self, trade: Trade) -> Trade:
        """The order as paid; its notice is on the way. Refusal 409 when it cannot be paid any more."""
        paid = self._trades.charge(trade, self._announce)
        self._notices.wake()
        return paid

    def _announce(self, connection: sqlite3.Connection, trade: Trade) -> None:
        self._notices.announce(
            connection,
            mchid=trade.mchid,
            url=trade.notify_url,
            event_type="TRANSACTION.SUCCESS",
            resource=transaction(trade),
        )
