"""What shoppers of the demonstration searched for, and what its merchants taught the search."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.timezone import localdate

from shop.search.models import HotWord, SearchCount
from shop.search.services import save_hot_word, save_synonyms


@dataclass(frozen=True, slots=True, kw_only=True)
class Searches:
    """Of one shop: groups of synonyms, pinned words, and text → (searches, misses)."""

    synonyms: tuple[str, ...]
    pinned: tuple[str, ...]
    counts: dict[str, tuple[int, int]]


SEARCHES = {
    "demo-home": Searches(
        synonyms=("沙发毯 盖毯 编织毯",),
        pinned=("羊毛被",),
        counts={"被子": (41, 0), "ymb": (17, 0), "枕头": (33, 0), "台灯": (12, 0), "扫地机": (9, 9), "蚊帐": (6, 6)},
    ),
    "demo-tea": Searches(
        synonyms=("饼子 酥饼",),
        pinned=("礼盒",),
        counts={"绿茶": (28, 0), "lvcha": (8, 0), "酥": (22, 0), "月饼": (15, 15), "咖啡": (11, 11)},
    ),
}


def teach(searches: Searches) -> None:
    """Write what the current shop was asked for yesterday and what it was taught."""
    for words in searches.synonyms:
        save_synonyms(words)
    for position, word in enumerate(searches.pinned):
        save_hot_word(word, kind=HotWord.Kind.PINNED, position=position)
    yesterday = localdate() - timedelta(days=1)
    SearchCount.objects.bulk_create(
        SearchCount(day=yesterday, text=text, searches=asked, misses=missed)
        for text, (asked, missed) in searches.counts.items()
    )
