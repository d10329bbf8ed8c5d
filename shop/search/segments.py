"""Text in any language to words, the same for documents and queries."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import rjieba

LONGEST_WORD = 40  # longer runs are nothing anybody types

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_UNITS = {
    "厘米": "cm", "公分": "cm", "cm": "cm", "毫米": "mm", "mm": "mm", "米": "m", "m": "m",
    "千克": "kg", "公斤": "kg", "kg": "kg", "克": "g", "g": "g", "毫升": "ml", "ml": "ml", "升": "l", "l": "l",
    "英寸": "寸", "寸": "寸", "%": "%", "瓦": "w", "w": "w", "伏": "v", "v": "v",
}  # fmt: skip
# Runs of Chinese, numbers with a unit, and runs of other letters and digits; no word can hold a quote or a backslash.
_PIECES = re.compile(
    rf"(?P<han>[{_HAN}]+)"
    rf"|(?P<number>\d+(?:\.\d+)?)(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))})(?![a-z])"
    rf"|(?P<other>\d+\.\d+|[^\W_{_HAN}]+)"
)
_MIXED = re.compile(r"\d+(?:\.\d+)?|\D+")
_ONE_HAN = re.compile(rf"[{_HAN}]")
_PARTICLES = frozenset("的了和与及或之")


class Script(Enum):
    """What a piece of text is written in."""

    HAN = "han"
    LATIN = "latin"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of one script; `parts` are what else it may be found by (180 for 180cm)."""

    text: str
    script: Script
    parts: tuple[str, ...] = ()


def normalise(text: str) -> str:
    """Return `text` in one width and case, with single spaces and without NUL."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().replace("\0", " ").split())


def is_han(word: str) -> bool:
    """Return whether `word` is Chinese."""
    return bool(_ONE_HAN.match(word))


def pieces(text: str) -> Iterator[Piece]:
    """Yield the runs of a normalised text in order; a unit has one spelling (1.8米 and 1.8m are 1.8m)."""
    for found in _PIECES.finditer(text):
        if han := found["han"]:
            yield Piece(han, Script.HAN)
        elif number := found["number"]:
            yield Piece(number + _UNITS[found["unit"]], Script.NUMBER, (number,))
        else:
            yield _other(found["other"][:LONGEST_WORD])


def _other(run: str) -> Piece:
    if run.isalpha():
        return Piece(run, Script.LATIN)
    parts = tuple(_MIXED.findall(run))
    return Piece(run, Script.NUMBER, parts if len(parts) > 1 else ())


def document_words(text: str) -> list[str]:
    """Return the words of a document in order; a long Chinese word is preceded by the words inside it."""
    words: list[str] = []
    for piece in pieces(normalise(text)):
        words += rjieba.cut_for_search(piece.text) if piece.script is Script.HAN else [*piece.parts, piece.text]
    return [word[:LONGEST_WORD] for word in words]


def possible_words(text: str) -> list[str]:
    """Return every word that Chinese `text` may be read as, single characters among them, each once."""
    runs = [piece.text for piece in pieces(normalise(text)) if piece.script is Script.HAN]
    return list(dict.fromkeys([*(word for run in runs for word in rjieba.cut_all(run)), *characters(text)]))


def cut(run: str) -> list[str]:
    """Return the words of a run of Chinese in order."""
    return list(rjieba.cut(run))


def is_word(text: str) -> bool:
    """Return whether `text` is a word of the general dictionary."""
    return bool(rjieba.has_word(text))


def is_particle(word: str) -> bool:
    """Return whether `word` says nothing by itself."""
    return word in _PARTICLES


def characters(text: str) -> list[str]:
    """Return the Chinese characters of `text`, each once, in order."""
    return list(dict.fromkeys(_ONE_HAN.findall(normalise(text))))
