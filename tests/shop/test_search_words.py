"""Suggestions, hot words, and the counts behind them."""

import time

import pytest
from django.utils.timezone import localdate

from shop.search import counting, vocabulary
from shop.search.models import HotWord, SearchCount
from tenants.context import using_shop
from tests.client import Api
from tests.shop.catalogue import product
from tests.shop.test_storefront import get
from tests.tenants.conftest import open_shops


@pytest.fixture(autouse=True)
def nothing_gathered():
    counting.forget()
    yield
    counting.forget()


def settle():
    while vocabulary.refresh():
        pass


def words(api, path):
    return get(api, path)["words"]


def counts():
    return {row.text: (row.searches, row.misses) for row in SearchCount.objects.all()}


@pytest.mark.parametrize("start", ["羊", "羊毛", "yangm", "yangmaobei", "ymb"])
def test_beginnings_in_any_spelling_are_completed(api, shop, start):
    product("A", "羊毛被")
    product("B", "不锈钢锅", "餐厨/锅具")
    settle()
    found = words(api, f"search/suggest?q={start}")
    assert "羊毛被" in found
    assert not any("锅" in word for word in found)


def test_what_products_are_comes_first_and_blocked_words_never(api, shop):
    product("A", "羊毛被")
    product("B", "羊毛被 加厚")
    product("C", "羊毛手工地毯")
    settle()
    assert words(api, "search/suggest?q=羊")[0] == "羊毛被"
    HotWord.objects.create(word="羊毛被", kind="BLOCKED")
    assert "羊毛被" not in words(api, "search/suggest?q=羊")


def test_pieces_of_a_name_are_not_suggested_beside_it(api, shop):
    product("A", "羊毛冬被")
    settle()
    assert words(api, "search/suggest?q=羊毛") == ["羊毛冬被"]


def test_a_misspelt_beginning_suggests_what_was_meant(api, shop):
    product("A", "羊毛被")
    settle()
    assert words(api, "search/suggest?q=羊毛备")[0] == "羊毛被"


@pytest.mark.parametrize("start", ["", "%25", "_", "！", "x" * 500, "%00", "'"])
def test_a_beginning_without_words_suggests_nothing(api, shop, start):
    product("A", "羊毛被")
    settle()
    assert words(api, f"search/suggest?q={start}") == []


def test_another_shops_words_are_neither_suggested_nor_hot(api, shop, other_shop):
    product("A", "羊毛被")
    settle()
    HotWord.objects.create(word="羊毛被")
    other = Api(other_shop.host)
    assert words(other, "search/suggest?q=羊毛") == words(other, "search/hot") == []


def test_searches_and_misses_are_counted_by_text(api, shop, monkeypatch):
    monkeypatch.setattr(counting, "EVERY_SECONDS", 0)
    product("A", "羊毛被")
    for text in ("羊毛", "羊毛", "ＡＢＣ  手机"):
        get(api, f"products?keyword={text}")
    get(api, "products?keyword=羊毛&page=2")
    get(api, "products")
    assert counts() == {"羊毛": (2, 0), "abc 手机": (1, 1)}


def test_busy_shops_are_written_now_and_then(api, shop, monkeypatch):
    for _time in range(5):
        get(api, "products?keyword=羊毛")
    assert counts() == {"羊毛": (1, 1)}
    monkeypatch.setattr(counting, "EVERY_SECONDS", 0)
    get(api, "products?keyword=羊毛")
    assert counts() == {"羊毛": (6, 6)}


@pytest.mark.parametrize("text", ["13812345678", "电话 138 1234 5678", "a@b.cn", "110101199003071234", "！！", ""])
def test_what_may_be_personal_is_not_stored(shop, text):
    counting.searched(text, found=False)
    assert counts() == {}


def test_counts_are_bounded_and_old_ones_go(shop, monkeypatch):
    from datetime import timedelta

    SearchCount.objects.create(day=localdate() - timedelta(days=91), text="旧", searches=1)
    monkeypatch.setattr(counting, "EVERY_SECONDS", 0)
    monkeypatch.setattr(counting, "MOST_A_DAY", 2)
    for text in ("一" * 100, "二", "三", "二"):
        counting.searched(text, found=True)
    assert counts() == {"一" * 40: (1, 0), "二": (2, 0)}


def test_counts_of_one_shop_are_not_another_shops(shop, other_shop, monkeypatch):
    counting.searched("羊毛", found=True)
    with using_shop(other_shop):
        counting.searched("羊毛", found=True)
        assert counts() == {"羊毛": (1, 0)}
    assert counts() == {"羊毛": (1, 0)}


def test_what_strangers_add_to_the_shops_words_is_shown_to_nobody(api, shop, monkeypatch):
    monkeypatch.setattr(counting, "EVERY_SECONDS", 0)
    product("A", "冬季羊毛被")
    settle()
    for text in ("羊毛被 老板是骗子", "羊毛被老板是骗子", "羊毛被", "冬季 羊毛") * 3:
        assert get(api, f"products?keyword={text}")["count"] == 1
    assert words(api, "search/hot") == ["冬季 羊毛", "羊毛被"]


def test_pinned_words_come_first_then_what_is_found_most(api, shop):
    product("A", "锅"), product("B", "被"), product("C", "脏话")
    settle()
    today = localdate()
    rows = (("锅", 9, 0), ("被", 5, 1), ("手机", 50, 50), ("脏话", 99, 0), ("李小姐的地址", 2, 0))
    for text, searches, misses in rows:
        SearchCount.objects.create(day=today, text=text, searches=searches, misses=misses)
    HotWord.objects.create(word="新年礼盒", position=1)
    HotWord.objects.create(word="脏话", kind="BLOCKED")
    assert words(api, "search/hot") == ["新年礼盒", "锅", "被"]


def test_hot_words_are_what_was_meant_and_wanted_by_more_than_one(api, shop):
    product("A", "羊毛被")
    product("B", "KETTLE 水壶", "餐厨/杯壶")
    settle()
    today = localdate()
    for text, searches in (("ymb", 2), ("羊毛备", 1), ("kettle", 4), ("qxz", 30), ("水壶", 2)):
        SearchCount.objects.create(day=today, text=text, searches=searches)
    assert words(api, "search/hot") == ["kettle", "羊毛被"]
    HotWord.objects.create(word="羊毛被", kind="BLOCKED")
    assert words(api, "search/hot") == ["kettle"]


@pytest.fixture
def committed(django_db_setup, django_db_blocker):
    with open_shops(django_db_blocker, 1) as (opened,), django_db_blocker.unblock(), using_shop(opened):
        yield opened


@pytest.mark.race
def test_the_last_search_is_written_though_none_follows(committed, monkeypatch):
    monkeypatch.setattr(counting, "EVERY_SECONDS", 0.5)
    for _time in range(3):
        counting.searched("羊毛", found=True)
    assert counts() == {"羊毛": (1, 0)}
    deadline = time.monotonic() + 10
    while counts() != {"羊毛": (3, 0)} and time.monotonic() < deadline:
        time.sleep(0.1)
    assert counts() == {"羊毛": (3, 0)}
