"""How often texts are searched for: gathered in the process, written soon after, and nothing of who searched.

Answers that are kept as bytes are not counted, and what a process has gathered may be lost with it: the counts say
what is searched for often and in vain, and are no statistics.
"""

import logging
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock, Timer
from uuid import UUID

from django.db import Error, connection, transaction
from django.utils.timezone import localdate

from shop.search.models import SearchCount
from shop.search.segments import normalise
from tenants.context import ShopRef, require_shop, using_shop

logger = logging.getLogger(__name__)

LONGEST_COUNTED = 40
EVERY_SECONDS = 10.0  # between two writes of one shop by one process; nothing waits longer
MOST_GATHERED = 500  # texts of one shop
MOST_SHOPS = 500
MOST_A_DAY = 5_000  # rows of one shop
KEEP_DAYS = 90
# What may be a phone number, an identity card, or an address for mail is never stored.
_PERSONAL = re.compile(r"(\d[\s\-()+.]*){7,}|@")

_ADD = """
INSERT INTO search_searchcount AS kept (day, text, searches, misses)
SELECT %s, text, searches, misses FROM unnest(%s::text[], %s::int[], %s::int[]) AS row (text, searches, misses)
WHERE (SELECT count(*) FROM search_searchcount WHERE day = %s) < %s
   OR EXISTS (SELECT FROM search_searchcount known WHERE known.day = %s AND known.text = row.text)
ORDER BY text COLLATE "C"
ON CONFLICT (day, text) DO UPDATE SET
    searches = kept.searches + EXCLUDED.searches, misses = kept.misses + EXCLUDED.misses
"""


@dataclass(slots=True)
class _Gathered:
    shop: ShopRef
    counts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    written: float = 0.0

    def take(self, now: float) -> dict[str, list[int]]:
        """Return what is gathered and begin anew."""
        counts, self.counts, self.written = dict(self.counts), defaultdict(lambda: [0, 0]), now
        return counts


_shops: dict[UUID, _Gathered] = {}
_lock = Lock()
_timer: Timer | None = None  # runs while anything waits to be written


def countable(text: str) -> str:
    """Return a search as it is counted, "" for what is not: no word in it, or something that may be personal."""
    shown = normalise(text)[:LONGEST_COUNTED].strip()
    return "" if _PERSONAL.search(text) or not any(map(str.isalnum, shown)) else shown


def searched(text: str, *, found: bool) -> None:
    """Count a search of the current shop's products; what cannot be written yet is written by a timer."""
    shown = countable(text)
    if not shown:
        return
    shop, now = require_shop(), time.monotonic()
    with _lock:
        if shop.uuid not in _shops and len(_shops) >= MOST_SHOPS:
            _shops.pop(next(iter(_shops)))
        gathered = _shops.setdefault(shop.uuid, _Gathered(shop))
        if shown in gathered.counts or len(gathered.counts) < MOST_GATHERED:
            gathered.counts[shown][0] += 1
            gathered.counts[shown][1] += not found
        if now - gathered.written < EVERY_SECONDS:
            _wake_up(gathered.written + EVERY_SECONDS - now)
            return
        counts = gathered.take(now)
    _write(counts)


def _wake_up(seconds: float) -> None:
    """Start the timer unless it runs; not for what an open transaction may take back."""
    global _timer
    if _timer is None and not connection.in_atomic_block:
        _timer = Timer(seconds, _flush)
        _timer.daemon = True
        _timer.start()


def _flush() -> None:
    """Write, in the timer's thread, what has waited long enough, and come back for the rest."""
    global _timer
    with _lock:
        _timer, now = None, time.monotonic()
        waiting = [gathered for gathered in _shops.values() if gathered.counts]
        ripe = [gathered for gathered in waiting if now - gathered.written >= EVERY_SECONDS]
        rest = [gathered.written + EVERY_SECONDS - now for gathered in waiting if gathered not in ripe]
        taken = [(gathered.shop, gathered.take(now)) for gathered in ripe]
        if rest:
            _wake_up(min(rest))
    try:
        for shop, counts in taken:
            with using_shop(shop):
                _write(counts)
    except Error:
        logger.warning("counts of searches are lost", exc_info=True)
    finally:
        connection.close()


@transaction.atomic
def _write(counts: dict[str, list[int]]) -> None:
    today = localdate()
    texts = sorted(counts)
    searches, misses = [counts[text][0] for text in texts], [counts[text][1] for text in texts]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [today, texts, searches, misses, today, MOST_A_DAY, today])
    old = SearchCount.objects.filter(day__lt=today - timedelta(days=KEEP_DAYS)).select_for_update(skip_locked=True)
    SearchCount.objects.filter(pk__in=old.values("pk")).delete()


def forget() -> None:
    """Drop what this process has gathered."""
    global _timer
    with _lock:
        _shops.clear()
        if _timer is not None:
            _timer.cancel()
            _timer = None
