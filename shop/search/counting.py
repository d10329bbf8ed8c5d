"""How often texts are searched for: gathered in the process, written now and then, and nothing of who searched.

Answers that are kept as bytes are not counted, and what a process has gathered may be lost with it: the counts say
what is searched for often and in vain, and are no statistics.
"""

import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from uuid import UUID

from django.db import connection, transaction
from django.utils.timezone import localdate

from shop.search.models import SearchCount
from shop.search.segments import normalise
from tenants.context import require_shop

LONGEST_COUNTED = 40
EVERY_SECONDS = 10  # between two writes of one shop by one process
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
    counts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    written: float = 0.0


_shops: dict[UUID, _Gathered] = {}
_lock = Lock()


def countable(text: str) -> str:
    """Return a search as it is counted, "" for what is not: no word in it, or something that may be personal."""
    shown = normalise(text)[:LONGEST_COUNTED].strip()
    return "" if _PERSONAL.search(text) or not any(map(str.isalnum, shown)) else shown


def searched(text: str, *, found: bool) -> None:
    """Count a search of the current shop's products; writes at most every EVERY_SECONDS."""
    shown = countable(text)
    if not shown:
        return
    shop, now = require_shop().uuid, time.monotonic()
    with _lock:
        if shop not in _shops and len(_shops) >= MOST_SHOPS:
            _shops.pop(next(iter(_shops)))
        gathered = _shops.setdefault(shop, _Gathered())
        if shown in gathered.counts or len(gathered.counts) < MOST_GATHERED:
            gathered.counts[shown][0] += 1
            gathered.counts[shown][1] += not found
        if now - gathered.written < EVERY_SECONDS:
            return
        counts, gathered.counts, gathered.written = dict(gathered.counts), defaultdict(lambda: [0, 0]), now
    _write(counts)


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
    with _lock:
        _shops.clear()
