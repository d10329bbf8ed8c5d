"""How good the results are, over judged queries; skipped where the judged catalogue is not at hand."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

from bench.search_quality.finding import by_ilike, by_search
from bench.search_quality.judged import CATALOGUE, CLASSES, by_class, catalogue, halves, load
from shop.search import vocabulary
from shop.search.lexicon import DEFAULT_SYNONYMS, default_synonyms

ROOT = Path(__file__).parents[2]
ENOUGH, ENOUGH_OF_A_CLASS = 0.85, 0.7


@pytest.fixture
def judged_shop(shop):
    folder = catalogue()
    if folder is None:
        pytest.skip(f"{CATALOGUE} does not name the folder of the judged catalogue")
    call_command("import_catalogue", shop.slug, str(folder))
    while vocabulary.refresh():
        pass


def test_search_is_good_enough_on_both_halves(judged_shop):
    for name, half in halves().items():
        ours, ilike = by_class(half, by_search), by_class(half, by_ilike)
        print(name, *(f"{kind} {ours[kind]:.3f} ({ilike[kind]:.3f})" for kind in (*CLASSES, "all")))
        assert ours["all"] >= ENOUGH
        assert min(ours[kind] for kind in CLASSES) >= ENOUGH_OF_A_CLASS
        assert ilike["all"] < ours["all"] / 2


def test_the_halves_are_disjoint_and_hold_enough_of_each_class():
    tuning, frozen = halves().values()
    assert {judged.query for judged in tuning}.isdisjoint(judged.query for judged in frozen)
    assert len(tuning) + len(frozen) == len(load()) >= 80
    for kind in CLASSES:
        assert sum(judged.kind == kind for judged in load()) >= 12


def test_grades_are_one_to_three_and_every_query_has_a_best():
    for judged in load():
        assert set(judged.grades.values()) <= {1, 2, 3}
        assert 3 in judged.grades.values(), judged.query


def test_no_judged_query_or_product_is_in_the_code_or_the_default_synonyms():
    queries = {judged.query for judged in load()}
    assert queries.isdisjoint(default_synonyms())
    codes = {code for judged in load() for code in judged.grades}
    sources = [DEFAULT_SYNONYMS, *(ROOT / "shop" / "search").rglob("*.py")]
    for source in sources:
        words = set(re.findall(r"\w+", source.read_text("utf-8")))
        assert words & (queries | codes) == set(), source
