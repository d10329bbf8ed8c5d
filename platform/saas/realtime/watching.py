"""Watchers, the SKUs they watch, and the shop's room in which both are kept. Used in one event loop only."""

import random
import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping

from saas.realtime import closing
from saas.realtime.limits import Limits
from saas.realtime.protocol import Refused
from saas.realtime.reads import Named
from tenants.context import ShopRef

REREAD_SECONDS = 5.0  # every watched SKU is read at least so often, for messages that were lost
MOST_NAMES = 5000  # looked up for one shop in one round


class Topic:
    """A SKU that somebody watches."""

    __slots__ = ("key", "sku", "units", "watchers")

    def __init__(self, sku: int, key: str) -> None:
        self.sku, self.key = sku, key
        self.units: int | None = None
        self.watchers: set[Watcher] = set()


class Watcher(ABC):
    """A client. Subclasses say how it is told and how it is cut off; neither may wait."""

    def __init__(self, shop: ShopRef, limits: Limits) -> None:
        self.shop, self.limits = shop, limits
        # What it named (the key of a SKU or of a product) → the SKUs that stands for; none before it is looked up.
        self.named: dict[str, tuple[Topic, ...]] = {}

    @abstractmethod
    def tell(self, units: Mapping[str, int]) -> None:
        """Take levels (SKU key → units), newer than any before."""

    @abstractmethod
    def cut(self, code: int) -> None:
        """End the connection with this close code."""

    def look(self, now: float) -> None:  # noqa: B027  (a long poll has nothing to do in between)
        """Do what is to be done from time to time; `now` is monotonic."""

    def topics(self) -> set[Topic]:
        """Return the SKUs it watches."""
        return {topic for topics in self.named.values() for topic in topics}


class Room:
    """The watchers of one shop."""

    def __init__(self, shop: ShopRef) -> None:
        self.shop = shop
        self.watchers: set[Watcher] = set()
        self.topics: dict[int, Topic] = {}
        self.asked: dict[Watcher, dict[str, None]] = {}  # keys that are to be looked up
        self.arrived: dict[Watcher, set[Topic]] = {}  # who is to be told these levels even if they did not change
        self.changed: set[int] = set()
        # Rooms opened together need not be read together.
        self.reread_at = time.monotonic() + random.uniform(0.5, 1) * REREAD_SECONDS  # noqa: S311

    def ask(self, watcher: Watcher, keys: Iterable[str]) -> None:
        """Note that a watcher wants to hear of these; Refused when they are too many together."""
        wanted = dict.fromkeys(keys)
        if len(watcher.named.keys() | wanted.keys()) > watcher.limits.keys:
            raise Refused(closing.NOT_ALLOWED, f"at most {watcher.limits.keys} keys")
        for key in wanted:
            watcher.named.setdefault(key, ())
        self.asked.setdefault(watcher, {}).update(wanted)

    def forget(self, watcher: Watcher, keys: Iterable[str]) -> None:
        """Note that a watcher does not want to hear of these any more."""
        before = watcher.topics()
        for key in keys:
            watcher.named.pop(key, None)
        self._unseat(watcher, before - watcher.topics())

    def _unseat(self, watcher: Watcher, topics: Iterable[Topic]) -> None:
        for topic in topics:
            topic.watchers.discard(watcher)
            if not topic.watchers:
                self.topics.pop(topic.sku, None)

    def leave(self, watcher: Watcher) -> None:
        """Forget a watcher and all it wanted."""
        self.watchers.discard(watcher)
        self.asked.pop(watcher, None)
        self.arrived.pop(watcher, None)
        self.forget(watcher, list(watcher.named))

    def take_asked(self) -> dict[Watcher, dict[str, None]]:
        """Return what is to be looked up in this round; the rest waits for the next."""
        taken: dict[Watcher, dict[str, None]] = {}
        count = 0
        while self.asked and count < MOST_NAMES:
            watcher = next(iter(self.asked))
            taken[watcher] = self.asked.pop(watcher)
            count += len(taken[watcher])
        return taken

    def ask_again(self, asked: Mapping[Watcher, dict[str, None]]) -> None:
        """Put back what could not be looked up."""
        for watcher, keys in asked.items():
            if watcher in self.watchers:
                self.asked[watcher] = {**keys, **self.asked.get(watcher, {})}

    def seat(self, asked: Mapping[Watcher, Iterable[str]], names: Mapping[str, Collection[Named]]) -> None:
        """Enter watchers at the SKUs they asked for. Whoever wants too many is cut off."""
        for watcher, keys in asked.items():
            if watcher not in self.watchers:
                continue
            before = watcher.topics()
            arrived = self.arrived.setdefault(watcher, set())
            for key in keys:
                if key in watcher.named:  # and not unsubscribed meanwhile
                    topics = tuple(self._topic(sku, own) for sku, own in names.get(key, ()))
                    watcher.named[key] = topics
                    arrived.update(topics)
            self.changed.update(topic.sku for topic in arrived)
            for topic in arrived:
                topic.watchers.add(watcher)
            now = watcher.topics()
            self._unseat(watcher, before - now)  # a product may have lost a SKU since it was asked for before
            if len(now) > watcher.limits.skus:
                self.leave(watcher)
                watcher.cut(closing.NOT_ALLOWED)

    def _topic(self, sku: int, key: str) -> Topic:
        return self.topics.setdefault(sku, Topic(sku, key))

    def note(self, skus: Collection[int] | None) -> bool:
        """Note that these SKUs, or all for None, are to be read; False when nobody watches any of them."""
        watched = self.topics.keys() if skus is None else self.topics.keys() & skus
        self.changed |= watched
        return bool(watched)

    def news(
        self, skus: Iterable[int], units: Mapping[int, int], arrived: Mapping[Watcher, Iterable[Topic]]
    ) -> dict[Watcher, dict[str, int]]:
        """Take the levels just read (SKU pk → units, missing is none) and return who is to be told what."""
        told: dict[Watcher, dict[str, int]] = {}
        for sku in skus:
            topic = self.topics.get(sku)
            left = units.get(sku, 0)
            if topic is None or topic.units == left:
                continue
            topic.units = left
            for watcher in topic.watchers:
                told.setdefault(watcher, {})[topic.key] = left
        for watcher, topics in arrived.items():
            if watcher in self.watchers:
                mine = {topic.key: topic.units or 0 for topic in topics if watcher in topic.watchers}
                told[watcher] = {**mine, **told.get(watcher, {})}
        return told
