"""What a shop adds to the language: words that are never cut apart, and words that mean the same."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db.models import Value

from shop.search.keeping import KeptPerVersion
from shop.search.models import DictionaryWord, SynonymGroup
from shop.search.segments import is_han, normalise
from shop.search.spelling import spell

DEFAULT_SYNONYMS = Path(__file__).with_name("synonyms.txt")
_BETWEEN = re.compile(r"[\s,，、;；/|=]+")

Synonyms = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words and synonyms of one shop; those of every shop stand behind its own."""

    dictionary: frozenset[str]
    own: Synonyms

    def synonyms(self, word: str) -> tuple[str, ...]:
        """Return other words to look for when `word` is asked for, the shop's own first."""
        return tuple(dict.fromkeys((*self.own.get(word, ()), *default_synonyms().get(word, ()))))

    def knows(self, word: str) -> bool:
        """Return whether `word` is one of the dictionary or has synonyms."""
        return word in self.dictionary or word in self.own or word in default_synonyms()

    def dictionary_words_in(self, text: str) -> tuple[str, ...]:
        """Return the words of the dictionary that stand in a normalised text."""
        return tuple(sorted(word for word in self.dictionary if word in text))


_kept: KeptPerVersion[Lexicon] = KeptPerVersion(most=500)


def load() -> Lexicon:
    """Return the current shop's lexicon, in one query or none."""
    return _kept.get("", _read)


def _read() -> Lexicon:
    words = DictionaryWord.objects.values_list("word", Value(True), "pk")
    groups = SynonymGroup.objects.values_list("words", Value(False), "pk")
    rows = list(words.union(groups, all=True).order_by("pk"))
    dictionary = frozenset(normalise(text) for text, is_word, _pk in rows if is_word)
    return Lexicon(dictionary, _equal(split_words(text) for text, is_word, _pk in rows if not is_word))


def split_words(text: str) -> list[str]:
    """Return the words of a line of synonyms as people type them, each once."""
    return list(dict.fromkeys(word for word in _BETWEEN.split(normalise(text)) if word))


def _equal(groups: Iterable[list[str]]) -> Synonyms:
    found: dict[str, list[str]] = defaultdict(list)
    for words in groups:
        for word in words:
            found[word] += [other for other in words if other != word and other not in found[word]]
    return {word: tuple(others) for word, others in found.items()}


@cache
def default_synonyms() -> Synonyms:
    """Return the synonyms that hold in every shop."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in DEFAULT_SYNONYMS.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        equal, _arrow, narrower = line.partition(">")
        words = split_words(equal)
        for word in words:
            found[word] += [other for other in (*words, *split_words(narrower)) if other not in (word, *found[word])]
    return {word: tuple(others) for word, others in found.items()}


@cache
def default_pinyin() -> Mapping[str, tuple[str, ...]]:
    """Return the words that have synonyms everywhere, by their pinyin."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in default_synonyms():
        if is_han(word) and len(word) > 1:
            found[spell(word).pinyin].append(word)
    return {letters: tuple(words) for letters, words in found.items()}
