"""From what was typed to what is looked for: readings of the text, made of concepts, made of alternatives."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, islice, product

from shop.search.correction import LONGEST_LATIN, Guess, read_han, read_latin, wanted_for_latin
from shop.search.documents import HEAD
from shop.search.keeping import KeptPerVersion
from shop.search.lexicon import Lexicon, load
from shop.search.segments import Piece, Script, cut, is_han, is_particle, normalise, pieces
from shop.search.vocabulary import Term, Wanted, look_up

LONGEST_TEXT = 100
MOST_PIECES = 12
MOST_CONCEPTS = 8
MOST_READINGS = 3
KEPT_WAYS = 20
FARTHEST = 1.0  # how much more than the best reading another may cost
MOST_SYNONYMS = 8
MOST_JOINED = 3  # words that may be one entry of the synonyms
LAST_WEIGHS = 2.0  # Chinese says last what a thing is
NUMBER_WEIGHS = 0.6
SYNONYM, INSIDE, CLASS = 0.7, 0.9, 0.4  # how much another word counts

WRITTEN, UNHEARD = 0.5, 1.5  # costs of a typed word that names nothing, and of one that stands nowhere

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Words that together stand for a concept, and how much that counts; HEAD begins what a title must end with."""

    words: Words
    boost: float = 1.0


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing the shopper asked for: as typed first, then in other words."""

    alternatives: tuple[Alternative, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What the text may mean."""

    text: str
    concepts: tuple[Concept, ...]
    boost: float

    @property
    def kind(self) -> str:
        """Return the character that says what is wanted, Chinese compounds end with it; "" without one."""
        words = self.concepts[-1].alternatives[0].words
        return words[-1][-1] if is_han(words[-1]) else ""


_kept: "KeptPerVersion[list[Reading]]" = KeptPerVersion(most=2000)


def understand(text: str) -> list[Reading]:
    """Return what `text` may mean, the likeliest first; nothing for a text without words."""
    wanted = normalise(text[:LONGEST_TEXT])
    return _kept.get(wanted, lambda: _understand(wanted))


def _understand(wanted: str) -> list[Reading]:
    found = list(islice(pieces(wanted), MOST_PIECES))
    if not found:
        return []
    return _Reader(load()).readings(wanted, found)


class _Reader:
    """Reads one text; remembers which words the shop has."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.known: dict[str, Term] = {}
        self.asked: set[str] = set()

    def readings(self, text: str, found: Sequence[Piece]) -> list[Reading]:
        self._ask_at_once([word for piece in found if piece.script is Script.HAN for word in self._cut(piece.text)])
        groups = [list(group) for _, group in groupby(found, key=lambda piece: piece.script)]
        choices = [choice for group in groups for choice in self._choices(group)]
        combined = sorted(Guess(sum(g.cost for g in way), " ".join(g.text for g in way)) for way in product(*choices))
        likely = [guess for guess in combined if guess.cost <= combined[0].cost + FARTHEST]
        # What was typed stays: the vocabulary is a moment behind the products, and lacks words of no name.
        typed = [guess for guess in combined[:KEPT_WAYS] if guess not in likely and _is_typed(guess, found)]
        combined = [*likely[:MOST_READINGS], *typed[:1]]
        concepts = {guess.text: self._concepts(guess.text) for guess in combined}
        self._ask(word for several in concepts.values() for ways in several for way in ways for word in way.words)
        asked = self._as_asked(text, combined)
        return [
            Reading(shown, self._weighed(concepts[guess.text]), 1 / (1 + 0.5 * max(0.0, guess.cost)))
            for guess, shown in zip(combined, asked, strict=True)
            if concepts[guess.text]
        ]

    def _as_asked(self, text: str, combined: Sequence[Guess]) -> list[str]:
        """Return how titles may hold these readings: as typed where nothing was changed."""
        plain = text.replace(" ", "")
        return [text if guess.text.replace(" ", "") == plain else guess.text.replace(" ", "") for guess in combined]

    def _ask(self, words: Iterable[str]) -> None:
        new = {word for word in words if not word.startswith(HEAD)} - self.asked
        if new:
            self.asked |= new
            self.known |= {term.word: term for term in look_up(Wanted(words=sorted(new)))}

    def _ask_at_once(self, words: Sequence[str]) -> None:
        """Look words up with all that they are going to stand for: one query where nothing is misspelt."""
        others = [other for word in words for other in (*_without_suffix(word), *self.lexicon.synonyms(word))]
        parts = [part for word in (*words, *others) for part in (word, *cut(word))]
        self._ask(
            [*parts, *(part for short in others for other in self.lexicon.synonyms(short) for part in cut(other))]
        )

    def _cut(self, run: str) -> list[str]:
        """Return the words of a Chinese run; those of the shop's own dictionary stay whole."""
        own = max((word for word in self.lexicon.dictionary if word in run), key=len, default="")
        if not own:
            return cut(run)
        before, _own, after = run.partition(own)
        return [*(self._cut(before) if before else []), own, *(self._cut(after) if after else [])]

    # What the pieces may mean

    def _choices(self, group: Sequence[Piece]) -> list[list[Guess]]:
        """Return, for each piece of one script, what it may mean."""
        script = group[0].script
        if script is Script.HAN:
            return [self._of_han(piece.text) for piece in group]
        if script is Script.LATIN:
            return self._of_latin([piece.text for piece in group])
        return [[Guess(0.0, piece.text)] for piece in group]

    def _of_han(self, run: str) -> list[Guess]:
        unnamed = [word for word in self._cut(run) if not self._is_named(word)]
        if not unnamed:
            return [Guess(0.0, run)]
        cost = sum(WRITTEN if word in self.known else UNHEARD for word in unnamed)
        return [Guess(cost, run), *read_han(run, self.known, self.lexicon)]

    def _is_named(self, word: str) -> bool:
        self._ask(_without_suffix(word))
        terms = (self.known.get(own) for own in (word, *_without_suffix(word)))
        return any(term and term.named for term in terms) or self.lexicon.knows(word) or is_particle(word)

    def _of_latin(self, runs: Sequence[str]) -> list[list[Guess]]:
        joined = "".join(runs)
        if len(joined) > LONGEST_LATIN:
            return [[Guess(0.0, run)] for run in runs]
        if len(runs) > 1:
            if guesses := self._guesses(joined, only_good=True):
                return [[*guesses, Guess(UNHEARD, " ".join(runs))]]
            return [self._latin(run) for run in runs]
        return [self._latin(joined)]

    def _latin(self, run: str) -> list[Guess]:
        guesses = self._guesses(run)
        begun = any(word.startswith(run) for word in self.known)
        return [Guess(0.0 if begun else UNHEARD, run), *(Guess(g.cost + begun, g.text) for g in guesses)]

    def _guesses(self, run: str, *, only_good: bool = False) -> list[Guess]:
        terms = look_up(wanted_for_latin(run))
        self.known |= {term.word: term for term in terms}
        if only_good and any(term.word.startswith(run) for term in terms):
            return []
        guesses = read_latin(run, terms)
        return [guess for guess in guesses if not only_good or guess.cost < 1]

    # What the words stand for

    def _concepts(self, text: str) -> list[list[Alternative]]:
        """Return, for each concept of a reading, its alternatives."""
        found: dict[Words, list[Alternative]] = {}
        for piece in pieces(text):
            several = self._of_run(piece.text) if piece.script is Script.HAN else [_of_piece(piece, self.lexicon)]
            for alternatives in several:
                found.setdefault(alternatives[0].words, alternatives)
        told = [ways for words, ways in found.items() if not is_particle("".join(words))]
        return (told or list(found.values()))[:MOST_CONCEPTS]

    def _of_run(self, run: str) -> Iterable[list[Alternative]]:
        words = self._cut(run)
        at = 0
        while at < len(words):
            size, entry = self._entry(words[at : at + MOST_JOINED])
            yield self._alternatives(words[at : at + size], entry)
            at += size

    def _entry(self, run: Sequence[str]) -> tuple[int, str]:
        """Return how many of the words are one entry of the synonyms, and which."""
        for size in range(len(run), 1, -1):
            variants = [self._variants(word) if size == 2 else (word,) for word in run[:size]]
            for way in product(*variants):
                if self.lexicon.synonyms("".join(way)):
                    return size, "".join(way)
        return 1, run[0]

    def _variants(self, word: str) -> tuple[str, ...]:
        return (word, *_without_suffix(word), *self.lexicon.synonyms(word)[:3])

    def _alternatives(self, words: Sequence[str], entry: str) -> list[Alternative]:
        found = [Alternative(tuple(words))]
        if len(words) == 1:
            word = words[0]
            found += [Alternative((short,)) for short in _without_suffix(word)]
            inside = [part for part in cut(word) if part != word]
            if inside:
                found.append(Alternative(tuple(inside), INSIDE))
        entries = (entry, *(short for short in _without_suffix(entry)))
        others = list(dict.fromkeys(other for own in entries for other in self.lexicon.synonyms(own)))
        found += [Alternative(tuple(_words_of(other, self._cut)), SYNONYM) for other in others[:MOST_SYNONYMS]]
        if len(words) == 1 and len(words[0]) > 1 and not self._is_named_by(found):
            found.append(Alternative((HEAD + words[0][-1],), CLASS))
        return found

    def _is_named_by(self, alternatives: Iterable[Alternative]) -> bool:
        self._ask(word for alternative in alternatives for word in alternative.words)
        return any(
            all(word in self.known and self.known[word].named for word in alternative.words)
            for alternative in alternatives
        )

    def _weighed(self, concepts: Sequence[Sequence[Alternative]]) -> tuple[Concept, ...]:
        weights = [self._weight(alternatives) for alternatives in concepts]
        weights[-1] *= LAST_WEIGHS
        total = sum(weights)
        return tuple(Concept(tuple(ways), weight / total) for ways, weight in zip(concepts, weights, strict=True))

    def _weight(self, alternatives: Sequence[Alternative]) -> float:
        """Return how much a concept tells: the rarer its words, the more."""
        products = max((self._products(way.words) for way in alternatives), default=0)
        number = NUMBER_WEIGHS if alternatives[0].words[0][0].isdigit() else 1.0
        return number / math.log(math.e + products)

    def _products(self, words: Words) -> int:
        return min((self.known[word].frequency if word in self.known else 0 for word in words), default=0)


def _is_typed(guess: Guess, found: Sequence[Piece]) -> bool:
    return guess.text.replace(" ", "") == "".join(piece.text for piece in found)


def _of_piece(piece: Piece, lexicon: Lexicon) -> list[Alternative]:
    found = [Alternative((piece.text,))]
    if piece.parts:
        found.append(Alternative(piece.parts, INSIDE))
    return found + [Alternative((other,), SYNONYM) for other in lexicon.synonyms(piece.text)[:MOST_SYNONYMS]]


def _words_of(text: str, cut_han: object) -> Iterable[str]:
    for piece in pieces(text):
        if piece.script is Script.HAN:
            yield from cut_han(piece.text)  # type: ignore[operator]
        else:
            yield piece.text


def _without_suffix(word: str) -> tuple[str, ...]:
    """Return 被 for 被子: one character with 子 means the character."""
    return (word[0],) if len(word) == 2 and word.endswith("子") and is_han(word) else ()
