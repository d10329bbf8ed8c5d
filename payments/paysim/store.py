"""A simulator's database: one SQLite file that survives restarts and kills of the process."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from threading import RLock

CHINA = timezone(timedelta(hours=8))

BOOK_SCHEMA = """
CREATE TABLE IF NOT EXISTS spare_keys (private_pem TEXT NOT NULL, public_pem TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (
    mchid TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, appid TEXT NOT NULL, merchant_serial TEXT NOT NULL,
    private_pem TEXT NOT NULL, public_pem TEXT NOT NULL, apiv3_key TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS trades (
    mchid TEXT NOT NULL, out_trade_no TEXT NOT NULL, appid TEXT NOT NULL, openid TEXT NOT NULL,
    description TEXT NOT NULL, attach TEXT NOT NULL, amount INTEGER NOT NULL CHECK (amount > 0),
    notify_url TEXT NOT NULL, time_expire TEXT NOT NULL, expires_at REAL NOT NULL,
    prepay_id TEXT NOT NULL UNIQUE, prepaid_at REAL NOT NULL,
    state TEXT NOT NULL, transaction_id TEXT NOT NULL DEFAULT '', paid_at REAL,
    trade_type TEXT NOT NULL DEFAULT 'JSAPI', payer_ip TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (mchid, out_trade_no)
);
CREATE INDEX IF NOT EXISTS trades_by_number ON trades (out_trade_no);
CREATE UNIQUE INDEX IF NOT EXISTS trades_by_transaction ON trades (transaction_id) WHERE transaction_id <> '';
CREATE TABLE IF NOT EXISTS refunds (
    mchid TEXT NOT NULL, out_refund_no TEXT NOT NULL, out_trade_no TEXT NOT NULL, refund_id TEXT NOT NULL UNIQUE,
    amount INTEGER NOT NULL CHECK (amount > 0), total INTEGER NOT NULL, reason TEXT NOT NULL,
    notify_url TEXT NOT NULL, refunded_at REAL NOT NULL,
    PRIMARY KEY (mchid, out_refund_no)
);
CREATE INDEX IF NOT EXISTS refunds_by_trade ON refunds (mchid, out_trade_no);
CREATE TABLE IF NOT EXISTS notices (
    pk INTEGER PRIMARY KEY, notice_id TEXT NOT NULL, mchid TEXT NOT NULL, url TEXT NOT NULL,
    event_type TEXT NOT NULL, resource TEXT NOT NULL, created_at REAL NOT NULL,
    state TEXT NOT NULL, due_at REAL NOT NULL, held INTEGER NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0, last_status INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS notices_due ON notices (due_at) WHERE state = 'waiting';
"""


class Store:
    """One connection behind a lock: the book has a single writer, and its transactions take microseconds."""

    def __init__(self, path: Path, schema: str) -> None:
        self._lock = RLock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        # Enough against a kill of the process, which is all a simulator meets.
        self._connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;" + schema)

    def add_column(self, table: str, name: str, definition: str) -> None:
        """Add a column that a book of an older version lacks."""
        if name not in {row["name"] for row in self.rows(f"PRAGMA table_info({table})")}:
            with self.transaction() as connection:
                connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The connection inside a transaction that commits at the end and rolls back on any error."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, statement: str, *values: str | float) -> list[sqlite3.Row]:
        """Every row of a query."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()


def china_time(moment: float | None = None) -> str:
    """RFC 3339 with the offset of China, whole seconds; now by default."""
    return datetime.fromtimestamp(time.time() if moment is None else moment, CHINA).isoformat(timespec="seconds")
