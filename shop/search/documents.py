"""A product's words as PostgreSQL keeps them: weighted, in places; and its terms for the shop's vocabulary."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

import rjieba

from shop.search.models import LONGEST_TERM
from shop.search.segments import Script, cut, document_words, normalise, pieces, possible_words

MOST_PLACES = 16_383  # PostgreSQL keeps no place beyond this
MOST_PLACES_OF_A_WORD = 255
GAP = 10  # words of different fields are no neighbours
HEAD = "$"  # marks what a title ends with; no word can hold it
LONGEST_HEAD = 6
PHRASES = range(2, 7)  # characters of a phrase
MOST_PARTS = 4  # words of a phrase
MOST_TERMS = 400  # of one product
COLOURS = frozenset("红橙黄绿青蓝紫黑白灰棕褐粉咖金银")


class Place(StrEnum):
    """Where the best place of a term in a product is."""

    HEAD = "H"  # the title, or a part of it, ends with it
    NAMED = "N"  # title, keywords, brand or category
    TEXT = "T"


@dataclass(frozen=True, slots=True)
class Texts:
    """What of a product can be searched for, by weight."""

    title: str
    labels: tuple[str, ...]  # keywords, brand, categories
    subtitle: str
    attributes: tuple[tuple[str, str], ...]  # name, value
    dictionary: tuple[str, ...] = field(default=())  # words of the shop's own that occur in it


def vector(texts: Texts) -> str:
    """Return a tsvector literal.

    It is written here and not by to_tsvector(), whose parser cuts words a second time, by rules of its own that
    depend on the database's locale.
    """
    places: dict[str, list[str]] = defaultdict(list)
    place = _add(places, 1, "A", document_words(texts.title))
    place = _add(places, place, "A", (HEAD + head for head in heads(texts.title)))
    for label in texts.labels:
        place = _add(places, place, "B", document_words(label))
    place = _add(places, place, "B", texts.dictionary)
    place = _add(places, place, "C", document_words(texts.subtitle))
    # A query may be cut elsewhere: 羊毛毯 reads as 羊 + 毛毯, yet 羊毛 and 毯 must find it.
    named = possible_words(" ".join((texts.title, *texts.labels)))
    place = _add(places, place, "C", [word for word in named if word not in places])
    for name, value in texts.attributes:
        place = _add(places, place, "D", [*document_words(f"{name} {value}"), *colours(name, value)])
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


def colours(name: str, value: str) -> list[str]:
    """Return the plain colours in an attribute or option of colours: 烟灰/蓝灰 is 灰色 and 蓝色."""
    return [f"{colour}色" for colour in sorted(COLOURS.intersection(value))] if "色" in name else []


def heads(title: str) -> list[str]:
    """Return what a title ends with, in each of its Chinese runs: the words for what the product is."""
    found: dict[str, None] = {}
    for piece in pieces(normalise(title)):
        if piece.script is not Script.HAN:
            continue
        run = piece.text
        words = cut(run)
        starts = [len(run) - len("".join(words[at:])) for at in range(len(words))]
        inner = [word for word in rjieba.cut_all(words[-1]) if words[-1].endswith(word)]
        for head in (*(run[start:] for start in starts), *inner, run[-1]):
            if len(head) <= LONGEST_HEAD:
                found[head] = None
    return list(found)


def phrases(text: str) -> list[str]:
    """Return neighbouring words of a text as one, such as 羊毛被 in 澳洲羊毛被."""
    found: dict[str, None] = {}
    for piece in pieces(normalise(text)):
        if piece.script is Script.HAN:
            found |= dict.fromkeys(_phrases(piece.text))
    return list(found)


def _phrases(run: str) -> Iterable[str]:
    words = cut(run)
    ends = [0]
    for word in words:
        ends.append(ends[-1] + len(word))
    for at, word in enumerate(words):
        # A phrase may begin inside a word: 羊绒 in 山羊绒 begins 羊绒毯.
        inner = {ends[at + 1] - len(part) for part in rjieba.cut_for_search(word) if word.endswith(part)}
        for start in sorted({ends[at], *inner}):
            for end in ends[at + 1 : at + 1 + MOST_PARTS]:
                if end - start in PHRASES:
                    yield run[start:end]


def terms(texts: Texts) -> list[str]:
    """Return the product's terms for the vocabulary, each once behind its Place, in order."""
    named = [*texts.dictionary]
    for text in (texts.title, *texts.labels):
        named += [*document_words(text), *phrases(text), *possible_words(text)]
    other = document_words(texts.subtitle)
    for name, value in texts.attributes:
        other += [*document_words(f"{name} {value}"), *colours(name, value)]
    best: dict[str, Place] = {}
    for place, words in ((Place.HEAD, heads(texts.title)), (Place.NAMED, named), (Place.TEXT, other)):
        for word in words:
            if len(best) < MOST_TERMS:
                best.setdefault(word[:LONGEST_TERM], place)
    return sorted(place + word for word, place in best.items())
