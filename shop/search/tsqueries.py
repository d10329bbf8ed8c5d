"""Readings as questions to PostgreSQL's full text search."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shop.search.documents import HEAD
from shop.search.segments import characters, is_han
from shop.search.understanding import Alternative, Concept, Reading

MOST_TOGETHER = 3


@dataclass(frozen=True, slots=True)
class Scored:
    """A question and by what its rank is multiplied; ts_rank() divides by the number of words."""

    text: str
    factor: int


@dataclass(frozen=True, slots=True)
class Question:
    """One reading: what a full match holds, what any match holds, and what is scored."""

    title: str
    full: str
    any: str
    characters: str
    kind: str  # titles of such things end with it
    boost: float
    scores: tuple[tuple[float, tuple[Scored, ...], tuple[Scored, ...]], ...]  # weight, own words, other words


def question(reading: Reading) -> Question:
    """Return the tsqueries of a reading."""
    full = " & ".join(_either(_all_of(way) for way in _full_ways(concept)) for concept in reading.concepts)
    telling = [_telling(way) for concept in reading.concepts for way in concept.alternatives]
    return Question(
        title=reading.text,
        full=full,
        any=_either([part for part in telling if part] or [full]),
        characters=" & ".join(f"'{character}':ABC" for character in characters(reading.text)) or full,
        kind=f"'{HEAD}{reading.kind}'" if reading.kind else "",
        boost=reading.boost,
        scores=tuple((concept.weight, *_scored(concept)) for concept in reading.concepts),
    )


def _full_ways(concept: Concept) -> list[Alternative]:
    """Return the alternatives that mean the concept, and not only its kind."""
    return [way for way in concept.alternatives if not way.words[0].startswith(HEAD)]


def any_of(questions: Sequence[Question]) -> str:
    """Return a tsquery that every match of any of the questions fulfils."""
    return _either(
        dict.fromkeys(f"({part})" for asked in questions for part in (asked.full, asked.any, asked.characters))
    )


def _either(parts: Iterable[str]) -> str:
    several = list(dict.fromkeys(parts))
    return several[0] if len(several) == 1 else f"({' | '.join(several)})"


def _all_of(way: Alternative) -> str:
    terms = [_term(word) for word in way.words]
    return terms[0] if len(terms) == 1 else f"({' & '.join(terms)})"


def _term(word: str) -> str:
    if not is_han(word):
        return f"'{word}':*" if len(word) > 1 and word.isalpha() else f"'{word}'"
    # In running text one character is mostly grammar (被), not a thing.
    return f"'{word}':ABC" if len(word) == 1 else f"'{word}'"


def _telling(way: Alternative) -> str:
    """Return what makes a product worth showing by itself; one character only where a title ends with it."""
    if len(way.words) == 1 and len(way.words[0]) == 1 and is_han(way.words[0]):
        return f"'{HEAD}{way.words[0]}'"
    if len(way.words) == 1 and way.words[0].isdigit():
        return ""
    return _all_of(way)


def _scored(concept: Concept) -> tuple[tuple[Scored, ...], tuple[Scored, ...]]:
    own = [way for way in concept.alternatives if way.boost == 1]
    others = [way for way in concept.alternatives if way.boost < 1]
    return _ranked(own), _ranked(others)


def _ranked(ways: Sequence[Alternative]) -> tuple[Scored, ...]:
    """Return what is ranked: all single words at once, and words that belong together each for itself."""
    leaves: dict[str, None] = {}
    for way in ways:
        if len(way.words) == 1:
            word = way.words[0]
            leaves[_term(word)] = None
            if is_han(word):
                leaves[f"'{HEAD}{word}'"] = None
    together = [Scored(_all_of(way), 1) for way in ways if len(way.words) > 1][:MOST_TOGETHER]
    return (*([Scored(" | ".join(leaves), len(leaves))] if leaves else []), *together)
