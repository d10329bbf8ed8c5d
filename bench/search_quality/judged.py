"""The judged queries, their two halves, and the measure."""

import hashlib
import json
import math
import os
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

QUERIES = Path(__file__).with_name("queries.json")
CLASSES = ("word", "pinyin", "initials", "typo", "attribute", "synonym")
DEPTH = 10
CATALOGUE = "WEIPU_CATALOGUE"  # environment variable: the folder with the judged catalogue


@dataclass(frozen=True, slots=True)
class Judged:
    """A query and the grades (1–3) of the products, by code; all others are 0."""

    kind: str
    query: str
    grades: dict[str, int]


Finder = Callable[[str], Iterable[str]]


def catalogue() -> Path | None:
    """Return the folder with the judged catalogue, if this machine has it."""
    folder = Path(os.environ.get(CATALOGUE, ""))
    return folder if os.environ.get(CATALOGUE) and (folder / "products.jsonl").exists() else None


def load() -> list[Judged]:
    """Return all judged queries."""
    rows = json.loads(QUERIES.read_text("utf-8"))
    return [Judged(row["class"], row["query"], row["grades"]) for row in rows]


def halves() -> dict[str, list[Judged]]:
    """Return the tuning and the frozen half: within a class, in the order of the texts' SHA-256, every other one."""
    classes: dict[str, list[Judged]] = defaultdict(list)
    for judged in load():
        classes[judged.kind].append(judged)
    found: dict[str, list[Judged]] = {"tuning": [], "frozen": []}
    for kind in CLASSES:
        ordered = sorted(classes[kind], key=lambda judged: hashlib.sha256(judged.query.encode()).hexdigest())
        found["tuning"] += ordered[::2]
        found["frozen"] += ordered[1::2]
    return found


def ndcg(judged: Judged, codes: Iterable[str]) -> float:
    """Return nDCG@10 of the products found, best first: gain 2^grade - 1, discount log2(place + 1)."""

    def gain(grades: Iterable[int]) -> float:
        return sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))

    found = list(codes)[:DEPTH]
    ideal = sorted(judged.grades.values(), reverse=True)[:DEPTH]
    return gain(judged.grades.get(code, 0) for code in found) / gain(ideal)


def by_class(half: Iterable[Judged], find: Finder) -> dict[str, float]:
    """Return the mean nDCG@10 of each class and, as `all`, of all queries."""
    scores: dict[str, list[float]] = defaultdict(list)
    for judged in half:
        score = ndcg(judged, find(judged.query))
        scores[judged.kind].append(score)
        scores["all"].append(score)
    return {kind: sum(found) / len(found) for kind, found in scores.items()}
