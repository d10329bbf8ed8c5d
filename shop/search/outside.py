"""Readings as a question to a search server, scored as the shop's own search scores."""

from collections.abc import Sequence
from typing import Any

from shop.search.documents import HEAD
from shop.search.segments import is_han
from shop.search.understanding import Alternative, Concept, Reading

FIELDS = {"title": 0.61, "heads": 0.61, "labels": 0.3, "other": 0.18, "attributes": 0.06}
NAMED = ("title", "heads", "labels", "other")
EQUAL, BEGINS, CONTAINS, WHOLE = 4.0, 2.0, 2.0, 1.0  # each adds to the next

Query = dict[str, Any]


def query_body(shop: str, readings: Sequence[Reading], *, full: str) -> Query:
    """Return the query: the best of the readings, of this shop only; `full` names the part full matches fulfil."""
    whole = [{"bool": {"must": [_means(concept, whole=True) for concept in each.concepts]}} for each in readings]
    some = [_means(concept, whole=False) for each in readings for concept in each.concepts]
    return {
        "bool": {
            "filter": [
                {"term": {"shop": shop}},
                {"bool": {"should": [*whole, *some], "minimum_should_match": 1}},
            ],
            "should": [
                {"dis_max": {"queries": [_scored(each) for each in readings]}},
                {"constant_score": {"filter": {"bool": {"should": whole}}, "boost": 0.0001, "_name": full}},
            ],
        }
    }


def _scored(reading: Reading) -> Query:
    whole: Query = {"bool": {"must": [_means(concept, whole=True) for concept in reading.concepts]}}
    title: list[Query] = [
        _worth({"term": {"name": reading.text}}, EQUAL),
        _worth({"prefix": {"name": reading.text}}, BEGINS),
        _worth({"wildcard": {"name": f"*{_escaped(reading.text)}*"}}, CONTAINS),
        _worth(whole, WHOLE),
    ]
    return {"bool": {"should": [*title, *(_concept(each) for each in reading.concepts)], "boost": reading.boost}}


def _concept(concept: Concept) -> Query:
    ways = [_way(way) for way in concept.alternatives]
    return {"bool": {"should": [{"dis_max": {"queries": ways}}], "boost": concept.weight}}


def _way(way: Alternative) -> Query:
    """Return the score of an alternative: where its words stand; twice for one word that the title ends with."""
    if len(way.words) == 1:
        places = [_worth(_in(field, way.words[0]), value) for field, value in FIELDS.items()]
        return {"bool": {"should": places, "boost": way.boost}}
    each: list[Query] = [
        {"dis_max": {"queries": [_worth(_in(field, word), value) for field, value in FIELDS.items()]}}
        for word in way.words
    ]
    return {"bool": {"must": each, "boost": way.boost / len(each)}}


def _means(concept: Concept, *, whole: bool) -> Query:
    """Return whether a product holds the concept; with `whole` what only names its kind does not count."""
    ways = [way for way in concept.alternatives if not (whole and way.words[0].startswith(HEAD))]
    telling = ways if whole else [way for way in ways if not _is_number(way)]
    return {"bool": {"should": [_all_of(way, whole=whole) for way in telling or ways], "minimum_should_match": 1}}


def _is_number(way: Alternative) -> bool:
    return len(way.words) == 1 and way.words[0].isdigit()


def _all_of(way: Alternative, *, whole: bool) -> Query:
    return {"bool": {"filter": [_anywhere(word, whole=whole or len(way.words) > 1) for word in way.words]}}


def _anywhere(word: str, *, whole: bool) -> Query:
    if word.startswith(HEAD):
        return _in("heads", word)
    if len(word) == 1 and is_han(word):
        # In running text one character is mostly grammar; by itself it tells only what a title ends with.
        fields: Sequence[str] = NAMED if whole else ("heads",)
    else:
        fields = tuple(FIELDS)
    return {"bool": {"should": [_in(field, word) for field in fields], "minimum_should_match": 1}}


def _in(field: str, word: str) -> Query:
    if word.startswith(HEAD):
        return {"term": {"heads": word.removeprefix(HEAD)}}
    if len(word) > 1 and word.isalpha() and not is_han(word):
        return {"prefix": {field: word}}
    return {"term": {field: word}}


def _worth(query: Query, value: float) -> Query:
    return {"constant_score": {"filter": query, "boost": value}}


def _escaped(text: str) -> str:
    return "".join(f"\\{letter}" if letter in "*?\\" else letter for letter in text)
