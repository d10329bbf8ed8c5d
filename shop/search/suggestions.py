"""What a shopper may want to type: completions while typing, and what is searched for most."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.db.models import F, Sum
from django.utils.timezone import localdate

from shop.search.models import HotWord, SearchCount, SearchTerm
from shop.search.segments import document_words, is_han, normalise
from shop.search.understanding import understand

MOST_SUGGESTIONS = 10
MOST_HOT = 10
MOST_LOOKED_AT = 100
HOT_DAYS = 30
LEAST_SEARCHES = 3  # what fewer looked for is nobody else's business
LONGEST_START = 30
LIKED = 40  # candidates of which the best are shown

# What products are comes before what they are made of, and whole names before pieces of names.
_COMPLETIONS = f"""
SELECT word, named FROM search_searchterm
WHERE named > 0 AND length(word) > 1 AND (word LIKE %(start)s OR pinyin LIKE %(start)s OR initials LIKE %(start)s)
ORDER BY (word LIKE %(start)s) DESC, heads DESC, named DESC, length(word), word LIMIT {LIKED}
"""  # noqa: S608


def suggest(text: str) -> list[str]:
    """Return at most MOST_SUGGESTIONS texts to search for, the likeliest first; nothing for a text without words."""
    start = normalise(text[:LONGEST_START]).replace(" ", "")
    if not start.isalnum():
        return []
    found = [word for word in _completions(start) if word not in _blocked()]
    if not found:
        found = [reading.text for reading in understand(text) if is_han(reading.text) and reading.text != start]
    return found[:MOST_SUGGESTIONS]


def _completions(start: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_COMPLETIONS, {"start": f"{start}%"})
        found: dict[str, int] = dict(cursor.fetchall())
    # A piece of a name that stands for no more products than the name itself is none: 羊毛冬 of 羊毛冬被.
    return [
        word
        for word, named in found.items()
        if not any(other != word and other.startswith(word) and found[other] == named for other in found)
    ]


def _blocked() -> set[str]:
    return set(HotWord.objects.filter(kind=HotWord.Kind.BLOCKED).values_list("word", flat=True))


def hot_words() -> list[str]:
    """Return at most MOST_HOT searches: the merchant's first, then what was searched for and found most of late."""
    rows = list(HotWord.objects.order_by("position", "pk").values_list("word", "kind"))
    pinned = [word for word, kind in rows if kind == HotWord.Kind.PINNED]
    hidden = {normalise(word) for word, _kind in rows}
    often = [word for word in _often() if word not in hidden]
    return [*pinned, *_in_own_words(often)][:MOST_HOT]


def _often() -> list[str]:
    """Return what was searched for and found most of late: letters and misspellings count for what was meant."""
    rows = list(
        SearchCount.objects.filter(day__gt=localdate() - timedelta(days=HOT_DAYS))
        .values("text")
        .annotate(found=Sum(F("searches") - F("misses")))
        .filter(found__gt=0)
        .order_by("-found", "text")
        .values_list("text", "found")[:MOST_LOOKED_AT]
    )
    plain = set(_in_own_words([text for text, _found in rows]))
    counts: Counter[str] = Counter()
    for text, found in rows:
        readings = [] if text in plain else understand(text)
        counts[readings[0].text if readings else text] += found
    return [word for word, found in counts.most_common() if found >= LEAST_SEARCHES]


def _in_own_words(texts: Sequence[str]) -> list[str]:
    """Return the texts whose words are all the shop's: a search finds by some of its words, and anybody may type
    the others for everybody to read.
    """
    words = {text: set(document_words(text)) for text in texts}
    wanted = set().union(*words.values())
    known = set(SearchTerm.objects.filter(word__in=wanted, frequency__gt=0).values_list("word", flat=True))
    return [text for text in texts if words[text] <= known]
