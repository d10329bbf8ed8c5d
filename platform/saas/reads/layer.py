"""The WSGI layer that answers reads of the storefront from memory.

A request is answered at once when the same one (host, path, query, language) was answered before and neither the
shop's catalogue version nor the registry's generation has moved; both stand on the machine's board, so that a hit
takes no query and no call. What changes by the clock too is kept for some seconds only. Everything else goes through
the router as usual and comes to `build`, inside its shop.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any, NamedTuple
from weakref import ref

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import translation

from saas.reads.store import Answer, Key, Store
from shop.storefront.keeping import canonical_query, seconds_kept
from tenants import versions
from tenants.board import FIRST_SHOP, GENERATION, HEARTBEAT, board
from tenants.context import ShopRef

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

MOST_KNOWN = 20_000
LONGEST_ASKED = 1000  # characters of what the server hands over; headers may have hundreds of thousands
BUILD_SECONDS = 5  # how long others wait for whoever builds the same answer
# What Django's middleware puts on the same answer.
PLAIN = (
    ("Content-Type", "application/json"),
    ("Vary", "Accept, Accept-Language"),
    ("Allow", "GET, HEAD, OPTIONS"),
    ("Content-Language", "zh-hans"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("X-Frame-Options", "SAMEORIGIN"),
)
NOT_KEPT = ("Content-Length", "X-Request-ID")


class _Languages:
    """As much of a request as Django's look-up of a language needs."""

    def __init__(self, environ: Environ) -> None:
        self.META = {"HTTP_ACCEPT_LANGUAGE": environ.get("HTTP_ACCEPT_LANGUAGE", "")}
        self.COOKIES: dict[str, str] = {}
        self.path_info = environ["PATH_INFO"]


class Passing(NamedTuple):
    """An answer that is nobody else's: an error, or one that sets a cookie."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


class KeptReads:
    """Stands before and behind the router: the server calls `in_front_of(router)`, the router calls `build`."""

    def __init__(self, django: Application, direct: Callable[[str, str, str], bytes | None]) -> None:
        self._django, self._direct = django, direct
        self._store = Store()
        # What the server hands over → the answer, as long as it is kept, and the generation that let it through.
        self._known: dict[tuple[Any, ...], tuple[ref[Answer], int]] = {}
        self._flights: dict[tuple[int, Key], Lock] = {}
        self._name_process()
        os.register_at_fork(after_in_child=self._name_process)

    def _name_process(self) -> None:
        self._extra = [("X-Process", str(os.getpid()))] if settings.BENCH else []

    def in_front_of(self, router: Application) -> Application:
        """Return the application for the server."""
        find, number, now, send = self._known.get, board.get, time.time, self._send

        def answer(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
            if environ["REQUEST_METHOD"] == "GET":
                found = find(_asked(environ))
                generation = number(GENERATION)
                if (
                    found is not None
                    and (kept := found[0]()) is not None
                    and kept.version == number(FIRST_SHOP + kept.slot)
                    and found[1] == generation
                    and (moment := now()) < kept.until
                    and moment - number(HEARTBEAT) < versions.SILENT_SECONDS
                ):
                    return send(kept, "hit", environ, start_response)
                environ["weipu.generation"] = generation  # from before the router judges, so never too new
            return router(environ, start_response)

        return answer

    def build(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request that the router let through: with what is kept, or by Django, and keep that."""
        shop: ShopRef | None = environ["weipu.entry"].shop
        if "weipu.generation" not in environ or shop is None or not shop.slot:
            return self._django(environ, start_response)
        query = canonical_query(environ["PATH_INFO"], environ.get("QUERY_STRING", ""))
        if query is None or not versions.is_followed():
            return self._django(environ, start_response)
        asked = _asked(environ)
        environ["QUERY_STRING"] = query  # what is left out must not show in a body that others get
        environ.pop("HTTP_COOKIE", None)  # nor may a cookie choose their language
        language = translation.get_language_from_request(_Languages(environ))  # type: ignore[arg-type]
        key = (asked[1], query, language)
        try:
            found, how = self._kept_or_built(shop, key, environ)
        except (DatabaseError, InterfaceError):  # Django says it in the proper form
            return self._django(environ, start_response)
        if isinstance(found, Passing):
            start_response(found.status, found.headers)
            return [found.body]
        self._know(asked, found, environ["weipu.generation"])
        return self._send(found, how, environ, start_response)

    def _kept_or_built(self, shop: ShopRef, key: Key, environ: Environ) -> tuple[Answer | Passing, str]:
        if (kept := self._kept(shop, versions.current(shop), key)) is not None:
            return kept, "hit"
        with self._flight(shop.slot, key):
            version = versions.current(shop)  # before anything is read: what is built is at least as new
            if (kept := self._kept(shop, version, key)) is not None:
                return kept, "hit"
            until = time.time() + seconds_kept(environ["PATH_INFO"])
            passing = self._directly(environ) or self._collect(environ)
            if not passing.status.startswith("200") or any(name == "Set-Cookie" for name, _value in passing.headers):
                return passing, "miss"
            headers = tuple(header for header in passing.headers if header[0] not in NOT_KEPT)
            built = Answer(
                shop=shop.key, slot=shop.slot, version=version, headers=headers, body=passing.body, until=until
            )
            if versions.current(shop) == version:
                self._store.put(key, built)
            return built, "miss"

    def _kept(self, shop: ShopRef, version: int, key: Key) -> Answer | None:
        kept = self._store.get(shop.slot, version, key)
        return kept if kept is not None and time.time() < kept.until else None

    @contextmanager
    def _flight(self, slot: int, key: Key) -> Iterator[None]:
        """Let one thread at a time build an answer; who has waited too long builds it, too."""
        lock = self._flights.setdefault((slot, key), Lock())
        mine = lock.acquire(timeout=BUILD_SECONDS)
        try:
            yield
        finally:
            self._flights.pop((slot, key), None)
            if mine:
                lock.release()

    def _directly(self, environ: Environ) -> Passing | None:
        """Return what the storefront says without a request, or None."""
        body = self._direct(environ.get("SCRIPT_NAME", ""), environ["PATH_INFO"], environ["QUERY_STRING"])
        return None if body is None else Passing("200 OK", list(PLAIN), body)

    def _collect(self, environ: Environ) -> Passing:
        started: list[Any] = []
        chunks = self._django(environ, lambda status, headers, exc_info=None: started.extend((status, headers)))
        try:
            body = b"".join(chunks)
        finally:
            chunks.close()  # type: ignore[attr-defined]
        return Passing(started[0], started[1], body)

    def _know(self, asked: tuple[Any, ...], kept: Answer, generation: int) -> None:
        if sum(len(part or "") for part in asked) > LONGEST_ASKED:
            return
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[asked] = (ref(kept), generation)

    def _send(self, kept: Answer, how: str, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("HTTP_IF_NONE_MATCH") == kept.etag:
            start_response("304 Not Modified", [*kept.validators, ("X-Cache", how), *self._extra])
            return []
        start_response("200 OK", [*kept.headers, ("X-Cache", how), *self._extra])
        return [kept.body]


def _asked(environ: Environ) -> tuple[Any, ...]:
    get = environ.get
    return (
        get("HTTP_HOST"),
        get("SCRIPT_NAME", "") + get("PATH_INFO", ""),
        get("QUERY_STRING"),
        get("HTTP_ACCEPT_LANGUAGE"),
    )
