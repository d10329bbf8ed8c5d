"""The loop that tells watchers.

A message says only that something changed; the levels are read from the database, one query for each shop in each
round, and no two rounds overlap: an older level never follows a newer one. A watcher is entered before its first
levels are read, so a change in between is told too.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from saas.realtime import closing, reads
from saas.realtime.watching import REREAD_SECONDS, Room, Watcher
from shop.inventory import hints
from tenants import gate, registry
from tenants.context import ShopRef

logger = logging.getLogger(__name__)

ROUND_SECONDS = 0.1  # between two rounds
IDLE_SECONDS = 0.5
LOOK_SECONDS = 1.0  # between two looks at shops' states and at watchers
SHOPS_AT_ONCE = 50  # in one thread
TOLD_AT_ONCE = 200  # then others get their turn

K = TypeVar("K")
V = TypeVar("V")
Read = Callable[[Mapping[ShopRef, Collection[K]]], Awaitable[dict[ShopRef, V]]]


class Hub:
    """All rooms."""

    def __init__(self, *, round_seconds: float = ROUND_SECONDS) -> None:
        self.rooms: dict[UUID, Room] = {}
        self.names: Read[str, dict[str, list[reads.Named]]] = reads.in_thread(reads.names)
        self.levels: Read[int, dict[int, int]] = reads.in_thread(reads.levels)
        self.generation = reads.in_thread(registry.generation)
        self.refused = reads.in_thread(reads.refused)
        self._round_seconds = round_seconds
        self._wake = asyncio.Event()
        self._generation = -1
        self._checks_due = 0

    def enter(self, watcher: Watcher) -> None:
        """Take in a watcher that watches nothing yet."""
        self.rooms.setdefault(watcher.shop.uuid, Room(watcher.shop)).watchers.add(watcher)

    def leave(self, watcher: Watcher) -> None:
        """Forget a watcher."""
        room = self.rooms.get(watcher.shop.uuid)
        if room is None:
            return
        room.leave(watcher)
        if not room.watchers:
            del self.rooms[room.shop.uuid]

    def subscribe(self, watcher: Watcher, keys: Sequence[str]) -> None:
        """Let a watcher hear of these SKUs or products, their levels now first; Refused when they are too many."""
        self.rooms[watcher.shop.uuid].ask(watcher, keys)
        self._wake.set()

    def unsubscribe(self, watcher: Watcher, keys: Sequence[str]) -> None:
        """Let a watcher hear no more of these; unknown keys are ignored."""
        self.rooms[watcher.shop.uuid].forget(watcher, keys)

    def heard(self, message: bytes) -> None:
        """Take a message of shop.inventory.hints; nonsense is ignored."""
        shop, _colon, skus = message.partition(b":")
        try:
            room = self.rooms.get(UUID(hex=shop.decode()))
            named = None if skus == hints.ALL.encode() else {int(sku) for sku in skus.split(b",")}
        except ValueError:
            logger.warning("not a message about stock: %r", message[:80])
            return
        if room and room.note(named):
            self._wake.set()

    def reread(self) -> None:
        """Read everything that is watched: messages may have been lost."""
        for room in self.rooms.values():
            room.note(None)
        self._wake.set()

    async def run(self) -> None:
        """Tell watchers, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                pass
            self._wake.clear()
            try:
                await self.round()
            except Exception:
                logger.exception("a round failed")
                self.reread()
            await asyncio.sleep(self._round_seconds)

    async def round(self) -> None:
        """Look up what was asked for, read what changed, tell it."""
        await self._look_up()
        now = time.monotonic()
        work = []
        for room in self.rooms.values():
            if room.reread_at <= now:
                room.note(None)
                room.reread_at = now + REREAD_SECONDS
            if room.changed or room.arrived:
                work.append((room, room.changed, room.arrived))
                room.changed, room.arrived = set(), {}
        found = await self._spread(self.levels, {room.shop: skus for room, skus, _arrived in work})
        for room, skus, arrived in work:
            if room.shop in found:
                await self._tell(room.news(skus, found[room.shop], arrived))
            else:  # again in the next round
                room.changed |= skus
                room.arrived = {**arrived, **room.arrived}

    async def _look_up(self) -> None:
        asked = [(room, room.take_asked()) for room in self.rooms.values() if room.asked]
        wanted = {room.shop: {key for keys in mine.values() for key in keys} for room, mine in asked}
        found = await self._spread(self.names, wanted)
        for room, mine in asked:
            if room.shop in found:
                room.seat(mine, found[room.shop])
            else:
                room.ask_again(mine)

    async def _spread(self, read: "Read[K, V]", wanted: Mapping[ShopRef, Collection[K]]) -> dict[ShopRef, V]:
        """Read for many shops, some in each thread; shops that could not be read are missing."""
        items = list(wanted.items())
        parts = [dict(items[start : start + SHOPS_AT_ONCE]) for start in range(0, len(items), SHOPS_AT_ONCE)]
        found = {}
        for answer in await asyncio.gather(*(read(part) for part in parts), return_exceptions=True):
            if isinstance(answer, BaseException):
                logger.error("stock cannot be read", exc_info=answer)
            else:
                found.update(answer)
        return found

    async def _tell(self, news: Mapping[Watcher, Mapping[str, int]]) -> None:
        for count, (watcher, units) in enumerate(news.items(), start=1):
            watcher.tell(units)
            if count % TOLD_AT_ONCE == 0:
                await asyncio.sleep(0)

    async def look_after(self) -> None:
        """Cut off the watchers of shops that closed, and let each watcher do what is due, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.check_shops()
            except Exception as error:  # the database is away: the next look tells
                logger.warning("states of shops cannot be read now: %s", type(error).__name__)
            for watcher in self._everybody():
                watcher.look(time.monotonic())

    async def check_shops(self) -> None:
        """Cut off the watchers of shops that may not be watched any more; asks only after something changed."""
        generation = await self.generation()
        if generation != self._generation:
            # Twice: meanwhile somebody may be on the way in who was let in by what was known before.
            self._generation, self._checks_due = generation, 2
        if not self._checks_due:
            return
        for uuid, state in (await self.refused(list(self.rooms))).items():
            code = closing.TRY_LATER if state == gate.State.MIGRATING else closing.SHOP_NOT_OPEN
            for watcher in list(self.rooms[uuid].watchers) if uuid in self.rooms else ():
                watcher.cut(code)
        self._checks_due -= 1

    def _everybody(self) -> list[Watcher]:
        return [watcher for room in self.rooms.values() for watcher in room.watchers]

    def cut_everybody(self, code: int) -> int:
        """End all connections and return how many there were."""
        everybody = self._everybody()
        for watcher in everybody:
            watcher.cut(code)
        return len(everybody)
