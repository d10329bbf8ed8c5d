"""How words are spelt and which words look or sound alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

from rapidfuzz.distance import OSA, Levenshtein

from shop.search.models import LONGEST_TERM

_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"))  # what many speakers do not tell apart
NEAR_WORD = range(2, 9)  # lengths for which one mistake is looked for: characters of a word,
NEAR_SOUND = range(5, 25)  # … letters of a sound


@dataclass(frozen=True, slots=True)
class Spelling:
    """A word's pinyin without tones, its initials and its sound."""

    pinyin: str
    initials: str
    sound: str


@lru_cache(maxsize=20_000)
def spell(word: str) -> Spelling:
    """Return how Chinese `word` is spelt; characters without a reading are left out."""
    from pypinyin import Style, pinyin  # loads a dictionary of its own, which only some processes need

    syllables = [found[0] for found in pinyin(word, style=Style.NORMAL, errors="ignore")]
    letters = "".join(syllables).replace("ü", "v")
    return Spelling(letters, "".join(part[0] for part in syllables)[:LONGEST_TERM], sound_of(letters))


def sound_of(letters: str) -> str:
    """Return pinyin without the differences that many speakers do not hear."""
    for full, short in _ALIKE:
        letters = letters.replace(full, short)
    return letters


def near_keys(text: str) -> list[int]:
    """Return hashes of `text` and of `text` without each one of its letters.

    Texts that differ by one letter (wrong, missing, too many, or two exchanged) share a hash.
    """
    shorter = {text[:place] + text[place + 1 :] for place in range(len(text))}
    return sorted({_hash(key) for key in (text, *shorter)})


def term_keys(word: str, spelling: Spelling) -> list[int]:
    """Return the hashes under which a term is found in spite of one mistake."""
    keys: set[int] = set()
    if len(word) in NEAR_WORD:
        keys.update(near_keys(word))
    if len(spelling.sound) in NEAR_SOUND:
        keys.update(near_keys(spelling.sound))
    return sorted(keys)


def _hash(key: str) -> int:
    return crc32(key.encode()) - 2**31  # PostgreSQL's integers have a sign


def one_mistake(left: str, right: str) -> bool:
    """Return whether one letter is wrong, missing or too many, or two neighbours are exchanged."""
    return OSA.distance(left, right, score_cutoff=1) == 1


def alike(typed: str, meant: str) -> bool:
    """Return whether two Chinese words of one length sound alike but for one letter."""
    return Levenshtein.distance(spell(typed).sound, spell(meant).sound, score_cutoff=1) <= 1


def substrings(text: str, lengths: Iterable[int]) -> list[str]:
    """Return the distinct substrings of `text` with these lengths."""
    return list(dict.fromkeys(text[at : at + size] for size in lengths for at in range(len(text) - size + 1)))
