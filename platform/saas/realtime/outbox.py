"""What is on its way to one WebSocket client."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from saas.realtime import closing, protocol
from saas.realtime.limits import Limits
from saas.realtime.watching import Watcher
from tenants.context import ShopRef

logger = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]


class Outbox(Watcher):
    """Keeps the newest level of each SKU until it is sent; a task sends, and lives only while there is something.

    A client that does not take a message in time is cut off: nobody waits for it, and nothing piles up.
    """

    def __init__(self, shop: ShopRef, limits: Limits, send: Send, end: Callable[[], object]) -> None:
        super().__init__(shop, limits)
        self._send, self._end = send, end
        self._units: dict[str, int] | None = None
        self._ping = self._pong = False
        self._writer: asyncio.Task[None] | None = None
        self._answers_pings = False
        self._heard_at = self._pinged_at = time.monotonic()
        self.over = False
        self.code: int | None = None  # what is to be said at the end; None for nothing, to a client that takes nothing

    def tell(self, units: Mapping[str, int]) -> None:
        """Send these levels; of a SKU whose level was not sent yet only the newest."""
        self._units = {**(self._units or {}), **units}
        self._write_soon()

    def cut(self, code: int) -> None:
        """End the connection with this close code."""
        if not self.over:
            self.code = code
            self.stop()
            self._end()

    def alive(self, *, ping: bool, pong: bool) -> None:
        """Note that the client said something, and answer if it asks for a sign of life."""
        self._heard_at = time.monotonic()
        self._answers_pings |= pong
        if ping:
            self._pong = True
            self._write_soon()

    def look(self, now: float) -> None:
        """Ask for a sign of life from time to time; cut off who gave one before and gives none any more."""
        if self._answers_pings and now - self._heard_at > self.limits.silence_seconds:
            self.cut(closing.GOING_AWAY)
        elif now - self._pinged_at >= self.limits.ping_seconds:
            self._pinged_at = now
            self._ping = True
            self._write_soon()

    def stop(self) -> None:
        """Send nothing more."""
        self.over = True
        if self._writer:
            self._writer.cancel()

    def _write_soon(self) -> None:
        if self._writer is None and not self.over:
            self._writer = asyncio.create_task(self._write())

    async def _write(self) -> None:
        try:
            while text := self._next():
                async with asyncio.timeout(self.limits.send_seconds):
                    await self._send({"type": "websocket.send", "text": text})
        except Exception as error:  # too slow, or gone: whatever the server's send raises
            logger.info("a client of %s is cut off: %s", self.shop.key, type(error).__name__)
            self.over = True
            self._end()
        self._writer = None

    def _next(self) -> str | None:
        if self._units is None and not self._ping and not self._pong:
            return None
        text = protocol.message(self._units, ping=self._ping, pong=self._pong)
        self._units, self._ping, self._pong = None, False, False
        return text
