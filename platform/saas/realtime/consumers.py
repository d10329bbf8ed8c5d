"""One WebSocket client: what it may ask."""

import asyncio
import time
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from saas.realtime import closing, doors, protocol
from saas.realtime.hub import Hub
from saas.realtime.limits import Allowance, Places, Visitor
from saas.realtime.outbox import Outbox
from saas.realtime.protocol import Refused
from saas.realtime.sockets import sever
from tenants.routing import Refusal


class StockConsumer(AsyncWebsocketConsumer):
    """Takes a client's requests; what it is told goes through its outbox."""

    def __init__(self, hub: Hub, places: Places) -> None:
        super().__init__()
        self.hub, self.places = hub, places
        self.allowance = Allowance(places.limits, time.monotonic())
        self.visitor: Visitor | None = None
        self.outbox: Outbox | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve the client until it goes or is cut off."""
        self.task = asyncio.current_task()
        try:
            await super().__call__(scope, receive, send)
        except asyncio.CancelledError:
            if self.task is None or self.outbox is None or not self.outbox.over:
                raise
            self.task.uncancel()
            self._leave()
            await self._say_goodbye(self.outbox.code)
        finally:
            self._leave()
            if self.visitor:
                self.places.give_back(self.visitor)

    async def connect(self) -> None:
        """Let the client in, or tell it why not: a handshake that fails would tell it nothing."""
        await self.accept()
        found = await doors.find(doors.environ_of(self.scope))
        if isinstance(found, Refusal):
            await self._turn_away(doors.close_code(found), found.code)
        elif not self.places.take(found):
            await self._turn_away(closing.TRY_LATER, "too many connections")
        else:
            self.visitor = found
            end = self.task.cancel if self.task else lambda: None
            self.outbox = Outbox(found.shop, self.places.limits, self.base_send, end)
            self.hub.enter(self.outbox)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Do what the client asks; whoever breaks the rules is turned away."""
        if self.outbox is None or self.outbox.over:
            return
        try:
            if not self.allowance.take(time.monotonic()):
                raise Refused(closing.NOT_ALLOWED, "too many messages")
            wanted = protocol.parse(text_data, self.places.limits)
            self.hub.unsubscribe(self.outbox, wanted.unsubscribe)
            if wanted.subscribe is not None:
                self.hub.subscribe(self.outbox, wanted.subscribe)
            self.outbox.alive(ping=wanted.ping, pong=wanted.pong)
        except Refused as error:
            await self._turn_away(error.code, error.reason)

    async def disconnect(self, code: int) -> None:
        """Forget the client."""
        self._leave()

    async def _turn_away(self, code: int, reason: str) -> None:
        self._leave()
        await self._say_goodbye(code, reason)
        raise StopConsumer  # not waiting for an answer that may never come

    async def _say_goodbye(self, code: int | None, reason: str = "") -> None:
        """Close with this code; without one, or when the client does not take it, the connection is broken off.

        The server sends it only while nobody waits for a message.
        """
        try:
            if code is None:
                raise TimeoutError
            async with asyncio.timeout(self.places.limits.send_seconds):
                await self.close(code, reason)
        except Exception:  # too slow, or gone: whatever the server's send raises
            host, port = self.scope["client"]
            await asyncio.to_thread(sever, (host, int(port)))  # the server gives the port as text

    def _leave(self) -> None:
        if self.outbox:
            self.hub.leave(self.outbox)
            self.outbox.stop()
