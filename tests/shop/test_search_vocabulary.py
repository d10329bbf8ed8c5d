"""The words of a shop: counted exactly, whoever counts, and looked up by how they are spelt."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError

from shop.catalog.drafts import CategoryDraft
from shop.catalog.models import Category
from shop.catalog.services import (
    Place,
    archive_product,
    arrange_categories,
    delete_product,
    save_category,
    save_product,
    set_shelf,
    tree_digest,
)
from shop.core.auditing import violations
from shop.search import vocabulary
from shop.search.models import SearchDocument, SearchTerm
from shop.search.vocabulary import Wanted, look_up
from tenants.context import using_shop
from tenants.models import Due
from tests.race import Meeting, refused, together
from tests.shop.catalogue import draft, product
from tests.tenants.conftest import open_shops


def counts(*words):
    rows = SearchTerm.objects.filter(word__in=words)
    return {row.word: (row.frequency, row.named, row.heads) for row in rows}


def settle():
    while vocabulary.refresh():
        pass


def test_words_are_counted_once_a_product_by_their_best_place(shop):
    product("A", "羊毛被 羊毛", attributes={"填充物": "羊毛 骆驼绒"})
    product("B", "羊毛毯", subtitle="暖")
    assert SearchTerm.objects.count() == 0
    settle()
    assert counts("羊毛", "羊毛被", "毯", "骆驼绒") == {
        "羊毛": (2, 2, 1),
        "羊毛被": (1, 1, 1),
        "毯": (1, 1, 1),
        "骆驼绒": (1, 0, 0),
    }
    assert violations()["I30"] == 0


def test_changed_hidden_and_archived_products_take_their_words_along(shop):
    one, two = product("A", "羊毛被"), product("B", "羊毛毯")
    settle()
    save_product(draft("A", "蚕丝被", key=one.key, category=one.category_id))
    set_shelf(two, on_shelf=False)
    settle()
    assert counts("羊毛", "蚕丝") == {"蚕丝": (1, 1, 0)}
    set_shelf(two, on_shelf=True)
    archive_product(one)
    settle()
    assert counts("羊毛", "蚕丝") == {"羊毛": (1, 1, 0)}
    archive_product(two)
    settle()
    assert SearchTerm.objects.count() == 0
    assert violations()["I30"] == 0


def test_products_are_found_by_what_their_category_and_its_parent_are_called_now(shop):
    product("A", "龙井", "饮品/绿叶")
    settle()
    top, other = Category.objects.get(name="饮品"), save_category(CategoryDraft(name="礼盒"))
    save_category(CategoryDraft(name="茗茶"), top)
    settle()
    assert set(counts("饮品", "茗茶")) == {"茗茶"}
    leaf = Category.objects.get(name="绿叶")
    save_category(CategoryDraft(name="绿叶", parent=other.pk), leaf)
    settle()
    assert set(counts("茗茶", "礼盒")) == {"礼盒"}
    rows = Category.objects.order_by("pk").values_list("pk", "parent_id", "position", "is_shown")
    places = [Place(pk, top.pk if pk == leaf.pk else parent, shown) for pk, parent, _position, shown in rows]
    arrange_categories(places, digest=tree_digest(rows))
    settle()
    assert set(counts("茗茶", "礼盒")) == {"茗茶"}
    assert violations()["I30"] == 0


def test_a_product_deleted_for_good_leaves_no_word_behind(shop):
    saved = product("A", "羊毛被")
    settle()
    archive_product(saved)
    delete_product(saved)
    assert SearchTerm.objects.count() == 0
    assert violations()["I30"] == 0


def test_every_change_leaves_its_due_work(shop):
    product("A", "羊毛被")
    assert Due.objects.filter(kind="search.vocabulary").count() == 1
    assert violations()["I30"] == 0
    Due.objects.filter(kind="search.vocabulary").delete()
    assert violations()["I30"] == 1


def test_the_auditor_notices_a_wrong_count(shop):
    product("A", "羊毛被")
    settle()
    SearchTerm.objects.filter(word="羊毛").update(named=2)
    assert violations()["I30"] == 1


def test_a_step_asks_to_come_back_while_there_is_more(shop, monkeypatch):
    monkeypatch.setattr(vocabulary, "STEP", 2)
    for code in "ABC":
        product(code, "羊毛被")
    assert vocabulary.refresh() is not None
    assert vocabulary.refresh() is None
    assert counts("羊毛") == {"羊毛": (3, 3, 0)}


def test_words_are_looked_up_by_pinyin_initials_sound_beginning_and_near_miss(shop):
    product("A", "纯羊毛被")
    settle()
    from shop.search.spelling import near_keys, sound_of

    def words(**wanted):
        return {term.word for term in look_up(Wanted(**wanted))}

    assert "羊毛被" in words(pinyin=["yangmaobei"])
    assert "羊毛被" in words(initials=["ymb"])
    assert "羊毛被" in words(sounds=[sound_of("yanmaobei")])
    assert "羊毛被" in words(prefixes=["yangmaob"])
    assert "羊毛被" in words(near=near_keys("羊毛备"))
    assert "羊毛被" in words(near=near_keys(sound_of("yangmoabei")))
    assert words(pinyin=["mianbei"]) == set()


def test_another_shops_words_are_not_seen(shop, other_shop):
    product("A", "羊毛被")
    settle()
    with using_shop(other_shop):
        assert look_up(Wanted(words=["羊毛"], pinyin=["yangmao"], initials=["ym"], prefixes=["yang"])) == []


@pytest.fixture
def arena(django_db_setup, django_db_blocker):
    with open_shops(django_db_blocker, 1) as (opened,), django_db_blocker.unblock(), using_shop(opened):
        yield opened


@pytest.mark.race
def test_workers_and_editors_at_once_count_every_word_once(arena, monkeypatch):
    monkeypatch.setattr(vocabulary, "STEP", 3)
    saved = [product(f"P{number}", f"羊毛被 {number}") for number in range(12)]

    def edit(one, title):
        def save():
            while True:
                try:
                    return save_product(draft(one.code, title, key=one.key, category=one.category_id))
                except OperationalError:  # on a busy machine two seconds are over soon: the editor presses again
                    continue

        return save

    for title in ("蚕丝被", "羊毛毯"):
        results = together(arena, *[settle] * 4, *[edit(one, title) for one in saved[:4]])
        assert refused(results) == 0
    settle()
    assert SearchDocument.objects.filter(stale=True).count() == 0
    assert counts("羊毛") == {"羊毛": (12, 12, 0)}
    assert violations()["I30"] == 0


@pytest.mark.race
def test_control_counting_without_a_lock_counts_twice(arena):
    product("A", "羊毛被")
    looked = Meeting()

    def naive():
        stale = list(SearchDocument.objects.filter(stale=True))
        looked.wait()
        vocabulary._count(stale)

    together(arena, *[naive] * 4)
    assert violations()["I30"] > 0


def test_a_whole_shop_is_indexed_anew(shop):
    saved = [product("A", "羊毛被"), product("B", "羊毛毯")]
    settle()
    SearchDocument.objects.filter(product=saved[0]).delete()
    output = StringIO()
    call_command("index_search", shop.slug, stdout=output)
    assert output.getvalue() == "alpha 2\n"
    assert SearchDocument.objects.filter(stale=True).count() == 2
