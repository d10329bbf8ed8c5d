"""What the simulator remembers: apps, tokens, and everything shops sent it."""

from __future__ import annotations

import json
import time
from pathlib import Path

from payments.paysim.store import Store, china_time

_SCHEMA = """
CREATE TABLE IF NOT EXISTS apps (appid TEXT PRIMARY KEY, secret TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY, appid TEXT NOT NULL, kind TEXT NOT NULL, issued_at REAL NOT NULL, expires_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS tokens_by_app ON tokens (appid, kind);
CREATE TABLE IF NOT EXISTS counters (name TEXT NOT NULL, subject TEXT NOT NULL, n INTEGER NOT NULL,
    PRIMARY KEY (name, subject));
CREATE TABLE IF NOT EXISTS entries (
    pk INTEGER PRIMARY KEY, kind TEXT NOT NULL, appid TEXT NOT NULL, content TEXT NOT NULL, at REAL NOT NULL
);
"""


class Book(Store):
    """The simulator's SQLite file in `folder`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder / "wechat.sqlite3", _SCHEMA)

    def remember_app(self, appid: str, secret: str) -> None:
        """Keep the secret an app last showed."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO apps VALUES (?, ?)", (appid, secret))

    def count(self, name: str, subject: str) -> int:
        """Raise a counter and return its new value."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO counters VALUES (?, ?, 1) ON CONFLICT (name, subject) DO UPDATE SET n = n + 1",
                (name, subject),
            )
        return self.counted(name).get(subject, 0)

    def counted(self, name: str) -> dict[str, int]:
        """A counter's values by subject."""
        rows = self.rows("SELECT subject, n FROM counters WHERE name = ? ORDER BY subject", name)
        return {row["subject"]: row["n"] for row in rows}

    def write(self, kind: str, appid: str, content: dict[str, object]) -> None:
        """Enter what an app sent."""
        with self.transaction() as connection:
            connection.execute(
                "INSERT INTO entries (kind, appid, content, at) VALUES (?, ?, ?, ?)",
                (kind, appid, json.dumps(content, ensure_ascii=False), time.time()),
            )

    def entries(self, kind: str) -> list[dict[str, object]]:
        """Everything of that kind, oldest first, with its app and time."""
        rows = self.rows("SELECT * FROM entries WHERE kind = ? ORDER BY pk", kind)
        return [{"appid": row["appid"], "at": china_time(row["at"]), **json.loads(row["content"])} for row in rows]

    def apps(self) -> list[dict[str, object]]:
        """Every app that ever showed a secret."""
        return [dict(row) for row in self.rows("SELECT * FROM apps ORDER BY appid")]
