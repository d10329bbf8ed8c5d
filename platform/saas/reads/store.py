"""Kept answers by shop: bounded in number and bytes, all of a shop's gone with its version."""

import math
from collections import OrderedDict
from hashlib import blake2b
from threading import Lock

Headers = tuple[tuple[str, str], ...]
Key = tuple[str, str, str]  # prefix and path, canonical query, language

MOST_ANSWERS_PER_SHOP = 1000
MOST_BYTES_PER_SHOP = 8 * 1024 * 1024
MOST_BYTES = 64 * 1024 * 1024
COST_OF_ANSWER = 1000  # bytes of memory beside the body


class Answer:
    """A body, the version of its shop's catalogue for which it is right, and until when (seconds of the epoch)."""

    __slots__ = ("__weakref__", "body", "etag", "headers", "size", "slot", "until", "validators", "version")

    def __init__(
        self, *, shop: str, slot: int, version: int, headers: Headers, body: bytes, until: float = math.inf
    ) -> None:
        self.slot, self.version, self.body, self.until = slot, version, body, until
        self.size = len(body) + COST_OF_ANSWER
        # The shop is part of the tag: another's answer must never be taken for this one.
        self.etag = f'"{shop}-{blake2b(body, digest_size=12).hexdigest()}"'
        self.validators = (("ETag", self.etag), ("Cache-Control", "no-cache"))
        self.headers = (*headers, *self.validators, ("Content-Length", str(len(body))))


class _Shelf:
    """The answers of one shop at one version."""

    def __init__(self, version: int) -> None:
        self.version, self.size = version, 0
        self.answers: dict[Key, Answer] = {}

    def put(self, key: Key, answer: Answer) -> None:
        self._drop(key)
        self.answers[key] = answer
        self.size += answer.size
        while len(self.answers) > MOST_ANSWERS_PER_SHOP or self.size > MOST_BYTES_PER_SHOP:
            self._drop(next(iter(self.answers)))

    def _drop(self, key: Key) -> None:
        if (answer := self.answers.pop(key, None)) is not None:
            self.size -= answer.size


class Store:
    """Answers of all shops in this process; the shops that were written longest ago go first."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._shelves: OrderedDict[int, _Shelf] = OrderedDict()
        self.size = 0  # bytes

    def get(self, slot: int, version: int, key: Key) -> Answer | None:
        """Return the answer kept for this version of the shop."""
        shelf = self._shelves.get(slot)
        return shelf.answers.get(key) if shelf is not None and shelf.version == version else None

    def put(self, key: Key, answer: Answer) -> None:
        """Keep an answer, and none of an older version of its shop."""
        with self._lock:
            shelf = self._shelves.pop(answer.slot, None) or _Shelf(answer.version)
            before = shelf.size
            if shelf.version < answer.version:
                shelf = _Shelf(answer.version)
            if shelf.version == answer.version:
                shelf.put(key, answer)
            self._shelves[answer.slot] = shelf
            self.size += shelf.size - before
            while self.size > MOST_BYTES and len(self._shelves) > 1:
                self.size -= self._shelves.popitem(last=False)[1].size
