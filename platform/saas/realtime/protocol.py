"""The messages, both ways. They are small JSON objects."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from saas.realtime import closing
from saas.realtime.limits import Limits

LONGEST_KEY = 64
FIELDS = frozenset({"subscribe", "unsubscribe", "ping", "pong"})


class Refused(Exception):
    """A message, or a client, that is not taken; `code` is the close code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code, self.reason = code, reason


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks for."""

    subscribe: tuple[str, ...] | None = None
    unsubscribe: tuple[str, ...] = ()
    ping: bool = False
    pong: bool = False


def parse(text: str | None, limits: Limits) -> Request:
    """Return what the client wants; Refused when it is not a message of this protocol."""
    if text is None:
        raise Refused(closing.NOT_TEXT, "text only")
    if len(text) > limits.message_bytes or len(text.encode()) > limits.message_bytes:
        raise Refused(closing.TOO_BIG, f"at most {limits.message_bytes} bytes")
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(closing.NOT_ALLOWED, "not JSON") from None
    if not isinstance(body, dict) or (body and not FIELDS.intersection(body)):
        raise Refused(closing.NOT_ALLOWED, "nothing that is known here")
    wanted = keys(body["subscribe"], limits) if "subscribe" in body else None
    return Request(wanted, keys(body.get("unsubscribe", []), limits), "ping" in body, "pong" in body)


def keys(values: object, limits: Limits) -> tuple[str, ...]:
    """Return the keys of SKUs or products that are named, each once; Refused when that is no list of keys."""
    if not isinstance(values, list) or len(values) > limits.keys:
        raise Refused(closing.NOT_ALLOWED, f"a list of at most {limits.keys} keys")
    if not all(isinstance(value, str) and len(value) <= LONGEST_KEY for value in values):
        raise Refused(closing.NOT_ALLOWED, "not a key")
    return tuple(dict.fromkeys(values))


def message(values: Mapping[str, int] | None, *, ping: bool = False, pong: bool = False) -> str:
    """Return the text that tells `values` (SKU key → units left), asks for and answers signs of life."""
    return _encoded(None if values is None else tuple(values.items()), ping, pong)


@lru_cache(maxsize=256)  # a change of one SKU is the same text for everybody who watches it
def _encoded(values: tuple[tuple[str, int], ...] | None, ping: bool, pong: bool) -> str:
    body: dict[str, object] = {} if values is None else {"stock": dict(values)}
    if ping:
        body["ping"] = True
    if pong:
        body["pong"] = True
    return json.dumps(body, separators=(",", ":"))


def cursor(values: Mapping[str, int]) -> str:
    """Return a short text that is the same for the same levels of the same SKUs, in every process."""
    return blake2b(json.dumps(values, sort_keys=True).encode(), digest_size=9).hexdigest()
