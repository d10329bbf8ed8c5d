"""Access tokens of the two kinds WeChat gives: stable ones and ones that replace each other."""

from __future__ import annotations

import secrets
import time

from saas.embedded.wechatsim.book import Book

LIFETIME_SECONDS = 7200
OVERLAP_SECONDS = 300


class Tokens:
    """Gives and checks tokens; `lifetime` in seconds may be shortened to see them expire."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.lifetime = LIFETIME_SECONDS

    def stable(self, appid: str, *, force_refresh: bool) -> tuple[str, int]:
        """The app's token and its seconds to live: the same one until five minutes before its end."""
        now = time.time()
        with self._book.transaction() as connection:
            row = connection.execute(
                "SELECT * FROM tokens WHERE appid = ? AND kind = 'stable' ORDER BY issued_at DESC LIMIT 1", (appid,)
            ).fetchone()
            overlap = min(OVERLAP_SECONDS, self.lifetime // 2)
            if row and not force_refresh and row["expires_at"] - now > overlap:
                return row["token"], int(row["expires_at"] - now)
            if force_refresh:
                connection.execute("DELETE FROM tokens WHERE appid = ? AND kind = 'stable'", (appid,))
        return self._new(appid, "stable", now)

    def replacing(self, appid: str) -> tuple[str, int]:
        """A new token and its seconds to live; the one before lives five minutes more."""
        now = time.time()
        with self._book.transaction() as connection:
            connection.execute(
                "UPDATE tokens SET expires_at = min(expires_at, ?) WHERE appid = ? AND kind = 'replacing'",
                (now + OVERLAP_SECONDS, appid),
            )
        return self._new(appid, "replacing", now)

    def owner(self, token: str) -> tuple[str, int]:
        """The app of a token and 0, or "" and the error code: 40001 unknown, 42001 expired."""
        rows = self._book.rows("SELECT appid, expires_at FROM tokens WHERE token = ?", token)
        if not rows:
            return "", 40001
        if rows[0]["expires_at"] <= time.time():
            return "", 42001
        return rows[0]["appid"], 0

    def forget_all(self) -> None:
        """Make every token unknown, as WeChat does when an app's secret is reset."""
        with self._book.transaction() as connection:
            connection.execute("DELETE FROM tokens")

    def _new(self, appid: str, kind: str, now: float) -> tuple[str, int]:
        token = secrets.token_urlsafe(96)
        with self._book.transaction() as connection:
            connection.execute(
                "INSERT INTO tokens VALUES (?, ?, ?, ?, ?)", (token, appid, kind, now, now + self.lifetime)
            )
        return token, self.lifetime
