"""Merchant accounts: made in an instant, because their keys were made before."""

from __future__ import annotations

import secrets
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

from payments.paysim.keys import KeyPair, PlatformKey, new_key_pair
from payments.paysim.store import Store

SPARE_KEYS = 32


@dataclass(frozen=True, slots=True)
class Account:
    """One merchant of the simulator."""

    mchid: str
    name: str
    appid: str
    merchant_serial: str
    private_pem: str
    public_pem: str
    apiv3_key: str


class Accounts:
    """Finds and opens accounts; keeps spare keys in the book, refilled in the background."""

    def __init__(self, store: Store, platform: PlatformKey) -> None:
        self._store = store
        self._platform = platform
        self._stopped = Event()
        self._filler = ThreadPoolExecutor(1, thread_name_prefix="paysim-keys")

    def start(self) -> None:
        """Begin to fill the stock of keys."""
        self._filler.submit(self._fill)

    def stop(self) -> None:
        """Make no more keys."""
        self._stopped.set()
        self._filler.shutdown(wait=True, cancel_futures=True)

    def find(self, mchid: str) -> Account | None:
        """The account of that merchant number."""
        return self._one("SELECT * FROM accounts WHERE mchid = ?", mchid)

    def open(self, name: str, appid: str = "") -> Account:
        """The account of that name, opened now if there is none; a given appid is used for a new one."""
        if account := self._one("SELECT * FROM accounts WHERE name = ?", name):
            return account
        keys = self._spare_key() or new_key_pair()
        self._start_filling()
        values = (_digits("16", 8), name, appid or f"wx{secrets.token_hex(8)}", secrets.token_hex(20).upper())
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*values, keys.private_pem, keys.public_pem, secrets.token_hex(16)),
            )
        # Read back: of two requests for one name the first decides.
        return self.open(name, appid)

    def config(self, account: Account) -> dict[str, str]:
        """What the merchant types into the shop."""
        return {
            "mchid": account.mchid,
            "appid": account.appid,
            "merchant_serial": account.merchant_serial,
            "merchant_private_key": account.private_pem,
            "apiv3_key": account.apiv3_key,
            "public_key_id": self._platform.key_id,
            "public_key": self._platform.public_pem,
        }

    def _one(self, statement: str, value: str) -> Account | None:
        rows = self._store.rows(statement, value)
        return Account(**dict(rows[0])) if rows else None

    def _spare_key(self) -> KeyPair | None:
        with self._store.transaction() as connection:
            row: sqlite3.Row | None = connection.execute("SELECT rowid, * FROM spare_keys LIMIT 1").fetchone()
            if row is None:
                return None
            connection.execute("DELETE FROM spare_keys WHERE rowid = ?", (row["rowid"],))
        return KeyPair(row["private_pem"], row["public_pem"])

    def _start_filling(self) -> None:
        if not self._stopped.is_set():
            self._filler.submit(self._fill)

    def _fill(self) -> None:
        while not self._stopped.is_set() and self._spare_count() < SPARE_KEYS:
            keys = new_key_pair()
            with self._store.transaction() as connection:
                connection.execute("INSERT INTO spare_keys VALUES (?, ?)", (keys.private_pem, keys.public_pem))

    def _spare_count(self) -> int:
        return int(self._store.rows("SELECT count(*) AS n FROM spare_keys")[0]["n"])


def _digits(prefix: str, count: int) -> str:
    return prefix + "".join(secrets.choice("0123456789") for _ in range(count))
