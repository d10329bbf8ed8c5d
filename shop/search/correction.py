"""What a text that is no word of the shop may have meant: pinyin, initials, homophones, one mistake.

A run of text is covered with terms of the shop's vocabulary. Each way to cover it has a cost: how far what was typed
is from the term, less a little for terms that name many products. The cheapest covers are the readings.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from shop.search.lexicon import Lexicon, default_pinyin
from shop.search.segments import cut, is_word
from shop.search.spelling import NEAR_SOUND, alike, near_keys, one_mistake, sound_of, spell, substrings
from shop.search.vocabulary import Term, Wanted, look_up

LONGEST_LATIN = 32
LONGEST_HAN = 16
WINDOW = range(2, 9)  # characters of a Chinese term
LETTERS = range(2, 25)
MOST_NEAR_WINDOWS = 30
KEPT = 3  # covers kept at each place

# Costs. Two pieces cost more than one, so that longer terms win.
PIECE = 0.2
SAME_PINYIN, SAME_SOUND, ALIKE, EXCHANGED, ONE_WRONG = 0.8, 1.0, 1.5, 1.3, 2.2
UNKNOWN = 2.0  # of a character
TEXT_ONLY = 0.5  # a term that names nothing
LATIN_PINYIN, LATIN_SOUND, LATIN_SYLLABLE, LATIN_SYNONYM, LATIN_NEAR = 0.2, 0.6, 1.0, 0.9, 1.6
INITIALS, INITIALS_BEGUN, PINYIN_BEGUN, WORD_NEAR = 1.0, 2.0, 1.2, 1.2


@dataclass(frozen=True, slots=True, order=True)
class Guess:
    """What a run may mean, and how far-fetched that is."""

    cost: float
    text: str


def _known(term: Term) -> float:
    """Return by how much a term is likelier than one that names a single product."""
    return 0.12 * math.log1p(term.named) + 0.18 * math.log1p(term.heads)


def read_latin(run: str, terms: Iterable[Term]) -> list[Guess]:
    """Return what letters may mean, the likeliest first, given the terms found for `wanted_for_latin(run)`."""
    by_pinyin: dict[str, list[Term]] = defaultdict(list)
    by_sound: dict[str, list[Term]] = defaultdict(list)
    guesses: list[Guess] = []
    for term in terms:
        if not term.named:
            continue
        by_pinyin[term.pinyin].append(term)
        by_sound[term.sound].append(term)
        if cost := _whole_run_cost(run, term):
            guesses.append(Guess(cost - _known(term), term.word))

    def edges(start: int, end: int) -> Iterable[Guess]:
        part = run[start:end]
        for kind, cost in ((by_pinyin.get(part, ()), LATIN_PINYIN), (by_sound.get(sound_of(part), ()), LATIN_SOUND)):
            for term in kind:
                single = LATIN_SYLLABLE if len(term.word) == 1 else 0.0
                yield Guess(cost + single - _known(term), term.word)
        for word in default_pinyin().get(part, ()):
            yield Guess(LATIN_SYNONYM, word)

    return _best([*guesses, *_covers(len(run), edges, LETTERS)])


def _whole_run_cost(run: str, term: Term) -> float:
    """Return what it costs to take the whole run for this term otherwise than by its full pinyin; 0 is not at all."""
    if term.initials == run and len(term.word) > 1:
        return INITIALS
    if term.pinyin.startswith(run) and term.pinyin != run:
        return PINYIN_BEGUN
    if not term.pinyin:
        return WORD_NEAR if len(run) > 2 and one_mistake(run, term.word) else 0.0
    if len(term.sound) in NEAR_SOUND and one_mistake(sound_of(run), term.sound):
        return LATIN_NEAR
    if len(run) > 2 and term.initials.startswith(run):
        return INITIALS_BEGUN
    return 0.0


def wanted_for_latin(run: str) -> Wanted:
    """Return what to look up for `read_latin`."""
    parts = substrings(run, LETTERS)
    return Wanted(
        words=[run],
        pinyin=parts,
        sounds=[sound_of(part) for part in parts],
        near=near_keys(sound_of(run)) + near_keys(run),
        initials=[run],
        prefixes=[run],
    )


def read_han(run: str, known: Mapping[str, Term], lexicon: Lexicon) -> list[Guess]:
    """Return what a Chinese run with unknown words may mean, the likeliest first, without the run itself."""
    if len(run) > LONGEST_HAN:
        return []
    windows = substrings(run, WINDOW)
    near = [window for window in windows if window not in known][:MOST_NEAR_WINDOWS]
    sounds = {window: spell(window).sound for window in windows}
    found = look_up(
        Wanted(
            words=[*windows, *run],
            sounds=sorted(set(sounds.values())),
            near=sorted({key for window in near for key in near_keys(window)}),
        )
    )
    terms = {term.word: term for term in found}
    by_sound: dict[str, list[Term]] = defaultdict(list)
    for term in found:
        by_sound[term.sound].append(term)

    def edges(start: int, end: int) -> Iterable[Guess]:
        part = run[start:end]
        if part in terms:
            yield Guess((0.0 if terms[part].named else TEXT_ONLY) - _known(terms[part]), part)
        elif lexicon.knows(part):
            yield Guess(0.1, part)
        elif len(part) == 1:
            yield Guess(UNKNOWN, part)
        if len(part) > 1:
            yield from _meant(part, by_sound.get(sounds[part], ()), found)

    words = [Guess(UNKNOWN * len(word), word) for word in cut(run)]
    limit = sum(guess.cost for guess in words)
    return [guess for guess in _best(_covers(len(run), edges, range(1, 9))) if guess.text != run and guess.cost < limit]


def _meant(part: str, same_sound: Sequence[Term], found: Iterable[Term]) -> Iterable[Guess]:
    pinyin, real = spell(part).pinyin, is_word(part)
    for term in same_sound:
        same = term.pinyin == pinyin
        if term.named and term.word != part and len(term.word) == len(part) and (same or not real):
            yield Guess((SAME_PINYIN if same else SAME_SOUND) - _known(term), term.word)
    for term in found:
        if term.named and not real and abs(len(term.word) - len(part)) <= 1 and (cost := _mistake(part, term.word)):
            yield Guess(cost - _known(term), term.word)


def _mistake(typed: str, meant: str) -> float:
    """Return the cost of taking one Chinese word for another with one mistake; 0 is not at all."""
    if not one_mistake(typed, meant):
        return 0.0
    if len(typed) == len(meant):
        if sorted(typed) == sorted(meant):
            return EXCHANGED
        if alike(typed, meant):
            return ALIKE
    return ONE_WRONG if len(typed) > 2 and len(meant) > 2 else 0.0


def _covers(length: int, edges: Callable[[int, int], Iterable[Guess]], sizes: Iterable[int]) -> list[Guess]:
    """Return the cheapest ways to cover all places from 0 to `length` with edges."""
    widest = max(sizes)
    best: list[list[Guess]] = [[Guess(0.0, "")], *([] for _ in range(length))]
    for start in range(length):
        if not best[start]:
            continue
        for end in range(start + 1, min(length, start + widest) + 1):
            for edge in edges(start, end):
                best[end] += [Guess(made.cost + edge.cost + PIECE, made.text + edge.text) for made in best[start]]
            best[end] = _best(best[end])
    return best[length] if length else []


def _best(guesses: Iterable[Guess]) -> list[Guess]:
    cheapest: dict[str, float] = {}
    for guess in guesses:
        cheapest[guess.text] = min(guess.cost, cheapest.get(guess.text, math.inf))
    return sorted(Guess(cost, text) for text, cost in cheapest.items())[:KEPT]
