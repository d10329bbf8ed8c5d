"""Notices: written with the charge they tell of, sent afterwards, repeated until the shop says 2xx."""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event

import requests

from payments.paysim.accounts import Account, Accounts
from payments.paysim.faults import NOTICE_FAULTS, Fault, Faults
from payments.paysim.keys import PlatformKey
from payments.paysim.signing import encrypted_resource, signed_headers
from payments.paysim.store import Store, china_time

RETRY_SECONDS = (0.5, 1, 2, 5, 15, 30, 30, 60, 120, 300, 600, 1800, 3600)
ANSWER_SECONDS = (2, 5)
SENDERS = 32
DUPLICATES = 3
_ORIGINAL_TYPES = {"TRANSACTION": "transaction", "REFUND": "refund"}


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice for `account`, not yet encrypted or signed."""

    notice_id: str
    event_type: str
    resource: str
    created_at: float

    def body(self, account: Account) -> bytes:
        """The request body, encrypted for the account."""
        original_type = _ORIGINAL_TYPES[self.event_type.partition(".")[0]]
        envelope = {
            "id": self.notice_id,
            "create_time": china_time(self.created_at),
            "resource_type": "encrypt-resource",
            "event_type": self.event_type,
            "summary": "支付成功" if original_type == "transaction" else "退款成功",
            "resource": encrypted_resource(self.resource.encode(), account.apiv3_key, original_type),
        }
        return json.dumps(envelope, ensure_ascii=False).encode()


def new_notice(event_type: str, resource: Mapping[str, object]) -> Notice:
    """A notice of its own identity, made now."""
    return Notice(secrets.token_hex(16), event_type, json.dumps(resource, ensure_ascii=False), time.time())


def post(url: str, headers: Mapping[str, str], body: bytes) -> int:
    """The HTTP status the shop answered, 0 when it gave none within 5 s."""
    with requests.Session() as session:
        # The shop is on this machine: a web proxy of the environment cannot reach it.
        session.trust_env = False
        try:
            answer = session.post(
                url,
                data=body,
                headers={"Content-Type": "application/json", "User-Agent": "Mozilla/4.0", **headers},
                timeout=ANSWER_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException:
            return 0
        return answer.status_code


class Notices:
    """Announces and delivers; everything due is in the book, so a restart loses no notice."""

    def __init__(self, store: Store, accounts: Accounts, platform: PlatformKey, faults: Faults) -> None:
        self._store = store
        self._accounts = accounts
        self._platform = platform
        self._faults = faults
        self._stopped = Event()
        self._wake = Event()
        self._loop = ThreadPoolExecutor(1, thread_name_prefix="paysim-notices")
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="paysim-sender")

    def start(self) -> None:
        """Begin to deliver, with whatever a former run left unsent."""
        with self._store.transaction() as connection:
            connection.execute("UPDATE notices SET state = 'waiting' WHERE state = 'sending'")
        self._loop.submit(self._run)

    def stop(self) -> None:
        """Deliver nothing more; returns when the deliveries under way have ended."""
        self._stopped.set()
        self._wake.set()
        self._loop.shutdown(wait=True)
        self._senders.shutdown(wait=True, cancel_futures=True)

    def announce(
        self, connection: sqlite3.Connection, *, mchid: str, url: str, event_type: str, resource: Mapping[str, object]
    ) -> None:
        """Write a notice in the transaction of its cause, as the fault scripts will have it; call wake() after."""
        notice = new_notice(event_type, resource)
        fault = self._faults.strike(NOTICE_FAULTS, f"{url}\n{event_type}\n{notice.resource}")
        for _ in range(DUPLICATES if fault and fault.mode == "duplicate_notice" else 1):
            _insert(connection, notice, mchid, url, fault)

    def wake(self) -> None:
        """Look at once for what is due."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._wake.clear()
            for row in self._claim():
                self._senders.submit(self._deliver, row)
            self._wake.wait(self._pause())

    def _claim(self) -> list[sqlite3.Row]:
        with self._store.transaction() as connection:
            rows = connection.execute(
                "SELECT * FROM notices WHERE state = 'waiting' AND due_at <= ? ORDER BY due_at, pk LIMIT 200",
                (time.time(),),
            ).fetchall()
            connection.executemany("UPDATE notices SET state = 'sending' WHERE pk = ?", [(row["pk"],) for row in rows])
        return rows

    def _pause(self) -> float:
        due = self._store.rows("SELECT min(due_at) AS due FROM notices WHERE state = 'waiting'")[0]["due"]
        return 5.0 if due is None else min(max(due - time.time(), 0.0), 5.0)

    def _deliver(self, row: sqlite3.Row) -> None:
        account = self._accounts.find(row["mchid"])
        if account is None or self._stopped.is_set():
            return
        notice = Notice(row["notice_id"], row["event_type"], row["resource"], row["created_at"])
        body = notice.body(account)
        status = post(row["url"], signed_headers(self._platform, body), body)
        with self._store.transaction() as connection:
            _record(connection, row["pk"], row["attempts"], status)
            if not row["held"]:
                _release_held(connection)
        self.wake()


def _insert(connection: sqlite3.Connection, notice: Notice, mchid: str, url: str, fault: Fault | None) -> None:
    mode, seconds = (fault.mode, fault.seconds) if fault else ("", 0.0)
    connection.execute(
        "INSERT INTO notices (notice_id, mchid, url, event_type, resource, created_at, state, due_at, held)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            notice.notice_id,
            mchid,
            url,
            notice.event_type,
            notice.resource,
            notice.created_at,
            "dropped" if mode == "drop_notice" else "waiting",
            time.time() + (seconds if mode in ("delay_notice", "reorder_notice") else 0.0),
            int(mode == "reorder_notice"),
        ),
    )


def _record(connection: sqlite3.Connection, pk: int, attempts: int, status: int) -> None:
    if 200 <= status < 300:
        state, due_at = "delivered", 0.0
    elif attempts < len(RETRY_SECONDS):
        state, due_at = "waiting", time.time() + RETRY_SECONDS[attempts]
    else:
        state, due_at = "given_up", 0.0
    connection.execute(
        "UPDATE notices SET state = ?, due_at = ?, attempts = attempts + 1, last_status = ? WHERE pk = ?",
        (state, due_at, status, pk),
    )


def _release_held(connection: sqlite3.Connection) -> None:
    """A reordered notice waits until a later one has gone out."""
    connection.execute("UPDATE notices SET due_at = 0, held = 0 WHERE held = 1 AND state = 'waiting'")
