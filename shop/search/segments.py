"""Text in any language to words, the same for documents and queries."""

import re
import unicodedata

import rjieba

LONGEST_WORD = 40  # longer runs are nothing anybody types

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Runs of Chinese, and runs of other letters and digits; no word can therefore hold a quote or a backslash.
_PIECES = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_ONE_HAN = re.compile(rf"[{_HAN}]")
_PARTICLES = frozenset("的了和与及或之")


def normalise(text: str) -> str:
    """Return `text` in one width and case, with single spaces and without NUL."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().replace("\0", " ").split())


def is_han(word: str) -> bool:
    """Return whether `word` is Chinese."""
    return bool(_ONE_HAN.match(word))


def document_words(text: str) -> list[str]:
    """Return the words of a document in order; a long Chinese word is preceded by the words inside it."""
    words: list[str] = []
    for piece in _PIECES.findall(normalise(text)):
        words += rjieba.cut_for_search(piece) if is_han(piece) else [piece]
    return [word[:LONGEST_WORD] for word in words]


def possible_words(text: str) -> list[str]:
    """Return every word that Chinese `text` may be read as, single characters among them, each once."""
    words = [word for piece in _PIECES.findall(normalise(text)) if is_han(piece) for word in rjieba.cut_all(piece)]
    return list(dict.fromkeys([*words, *characters(text)]))


def query_words(text: str) -> list[str]:
    """Return the distinct words of a query in order; particles are left out unless there is nothing else."""
    words: list[str] = []
    for piece in _PIECES.findall(normalise(text)):
        words += rjieba.cut(piece) if is_han(piece) else [piece]
    distinct = list(dict.fromkeys(word[:LONGEST_WORD] for word in words))
    return [word for word in distinct if word not in _PARTICLES] or distinct


def characters(text: str) -> list[str]:
    """Return the Chinese characters of `text`, each once, in order."""
    return list(dict.fromkeys(_ONE_HAN.findall(normalise(text))))
