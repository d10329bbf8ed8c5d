"""A product's words as PostgreSQL keeps them: weighted, in places."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from shop.search.segments import document_words, possible_words

MOST_PLACES = 16_383  # PostgreSQL keeps no place beyond this
MOST_PLACES_OF_A_WORD = 255
GAP = 10  # words of different fields are no neighbours


@dataclass(frozen=True, slots=True)
class Texts:
    """What of a product can be searched for, by weight."""

    title: str
    labels: tuple[str, ...]  # keywords, brand, categories
    subtitle: str
    attributes: tuple[str, ...]


def vector(texts: Texts) -> str:
    """Return a tsvector literal.

    It is written here and not by to_tsvector(), whose parser cuts words a second time, by rules of its own that
    depend on the database's locale.
    """
    places: dict[str, list[str]] = defaultdict(list)
    place = _add(places, 1, "A", document_words(texts.title))
    for label in texts.labels:
        place = _add(places, place, "B", document_words(label))
    place = _add(places, place, "C", document_words(texts.subtitle))
    # A query may be cut elsewhere: 羊毛毯 reads as 羊 + 毛毯, yet 羊毛 and 毯 must find it.
    named = possible_words(" ".join((texts.title, *texts.labels)))
    place = _add(places, place, "C", [word for word in named if word not in places])
    for attribute in texts.attributes:
        place = _add(places, place, "D", document_words(attribute))
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


def _add(places: dict[str, list[str]], start: int, weight: str, words: Iterable[str]) -> int:
    place = start
    for word in words:
        if place > MOST_PLACES:
            return place
        if len(places[word]) < MOST_PLACES_OF_A_WORD:
            places[word].append(f"{place}{weight}")
        place += 1
    return place + GAP
