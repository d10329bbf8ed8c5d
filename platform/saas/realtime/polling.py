"""The same by plain HTTP, for clients without WebSockets: `GET ws/stock?sku=…&since=<cursor>` waits for news."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from saas.realtime import doors, protocol
from saas.realtime.hub import Hub
from saas.realtime.limits import Places, Visitor
from saas.realtime.protocol import Refused
from saas.realtime.watching import Watcher
from tenants.routing import BUSY, Refusal, language_of, refusal_body

FIRST_SECONDS = 5.0
LONGEST_QUERY = 4096

HEALTHY = Refusal(200, "ok", "ok")
WRONG_METHOD = Refusal(405, "method_not_allowed", _("不支持这种请求方式"))
INVALID = Refusal(422, "invalid", _("请用 sku 参数说明要看的商品，最多 100 个"))


class Listener(Watcher):
    """Collects levels for one answer."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.units: dict[str, int] = {}
        self.news = asyncio.Event()
        self.over = False

    def tell(self, units: Mapping[str, int]) -> None:
        """Take levels for the answer."""
        self.units.update(units)
        self.news.set()

    def cut(self, code: int) -> None:
        """Answer at once; the next request is told why."""
        self.over = True
        self.news.set()


class StockPoll:
    """ASGI application for HTTP requests."""

    def __init__(self, hub: Hub, places: Places) -> None:
        self.hub, self.places, self.limits = hub, places, places.limits

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request; nothing when the client goes meanwhile."""
        environ = doors.environ_of(scope)
        gone = asyncio.create_task(_gone(receive))
        answer = asyncio.create_task(self._answer(scope, environ))
        try:
            await asyncio.wait((gone, answer), return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                await self._send(send, *answer.result())
        finally:
            for task in (gone, answer):
                task.cancel()

    async def _send(self, send: Any, status: int, content_type: str, body: bytes, origin: str) -> None:
        headers = {"content-type": content_type, "content-length": str(len(body)), "cache-control": "no-store"}
        if origin:
            headers |= {"access-control-allow-origin": origin, "vary": "Origin"}
        if status == 503:
            headers["retry-after"] = "2"
        pairs = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        async with asyncio.timeout(self.limits.send_seconds):
            await send({"type": "http.response.start", "status": status, "headers": pairs})
            await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: doors.Scope, environ: dict[str, str]) -> tuple[int, str, bytes, str]:
        """Return status, content type, body, and the origin that may read it."""
        origin = ""
        found: Visitor | Refusal | bytes = HEALTHY
        if scope["path"] != "/healthz":
            found = WRONG_METHOD if scope["method"] not in {"GET", "HEAD"} else await doors.find(environ)
        if isinstance(found, Visitor):
            origin = found.origin
            found = await self._stock(found, scope["query_string"])
        if isinstance(found, bytes):
            return 200, "application/json", found, origin
        with translation.override(language_of(environ)):
            body, content_type = refusal_body(found, environ)
        return found.status, content_type, body, origin

    async def _stock(self, visitor: Visitor, query: bytes) -> bytes | Refusal:
        try:
            keys, since = self._wanted(query)
        except (Refused, ValueError):
            return INVALID
        if not self.places.take(visitor):
            return BUSY
        listener = Listener(visitor.shop, self.limits)
        self.hub.enter(listener)
        try:
            self.hub.subscribe(listener, keys)
            return await self._wait(listener, since)
        finally:
            self.hub.leave(listener)
            self.places.give_back(visitor)

    def _wanted(self, query: bytes) -> tuple[tuple[str, ...], str]:
        if len(query) > LONGEST_QUERY:
            raise ValueError("too long")
        fields = parse_qs(query.decode("latin-1"), max_num_fields=self.limits.keys + 2)
        keys = protocol.keys(fields.get("sku", []), self.limits)
        if not keys:
            raise ValueError("no key")
        return keys, fields.get("since", [""])[-1]

    async def _wait(self, listener: Listener, since: str) -> bytes | Refusal:
        """Return the levels as soon as they are not those of `since`, or as they are after a while."""
        try:
            async with asyncio.timeout(FIRST_SECONDS):
                await listener.news.wait()
        except TimeoutError:
            return BUSY  # the database is away
        try:
            async with asyncio.timeout(self.limits.poll_seconds):
                while not listener.over and protocol.cursor(listener.units) == since:
                    listener.news.clear()
                    await listener.news.wait()
        except TimeoutError:
            pass
        body = {"stock": listener.units, "cursor": protocol.cursor(listener.units)}
        return json.dumps(body, separators=(",", ":")).encode()


async def _gone(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
