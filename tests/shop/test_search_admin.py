"""What a merchant teaches the search holds for the next request, is audited, and stays in the shop."""

import pytest
from django.utils.timezone import localdate

from shop.catalog.models import Product
from shop.catalog.services import archive_product
from shop.core.errors import ShopError
from shop.core.models import AuditEntry
from shop.search import services, vocabulary
from shop.search.models import DictionaryWord, HotWord, SearchCount, SearchDocument, SynonymGroup
from tenants.context import using_shop
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.catalogue import product
from tests.shop.test_storefront import titles


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def settle():
    while vocabulary.refresh():
        pass


def test_a_synonym_holds_from_the_next_request_until_it_is_removed(api, shop, browser):
    product("A", "羊毛被")
    settle()
    assert titles(api, "?keyword=暖暖宝") == []
    page = browser.post("/admin/search/synonymgroup/add/", {"words": "暖暖宝，羊毛被"})
    assert page.status_code == 302
    group = SynonymGroup.objects.get()
    assert group.words == "暖暖宝 羊毛被"
    assert titles(api, "?keyword=暖暖宝") == ["羊毛被"]
    assert AuditEntry.objects.filter(object_kind="search.synonymgroup", action="add").count() == 1
    browser.post(f"/admin/search/synonymgroup/{group.pk}/delete/", {"post": "yes"})
    assert titles(api, "?keyword=暖暖宝") == []


@pytest.mark.parametrize("words", ["一个", "", " ", "甲 " + "乙" * 21, " ".join("甲乙丙丁戊己庚辛壬癸子")])
def test_synonyms_that_are_none_are_refused_in_the_form(shop, browser, words):
    page = browser.post("/admin/search/synonymgroup/add/", {"words": words})
    assert page.status_code == 200
    assert SynonymGroup.objects.count() == 0


def test_a_group_that_is_there_is_refused_in_the_form(shop, browser):
    services.save_synonyms("甲 乙")
    page = browser.post("/admin/search/synonymgroup/add/", {"words": "甲,乙"})
    assert "已经有这一条了" in page.content.decode()
    assert SynonymGroup.objects.count() == 1


def test_a_dictionary_word_stays_whole_and_its_products_are_read_anew(api, shop, browser):
    product("A", "星愿奶茶杯", "餐厨/杯壶")
    product("B", "茶杯", "餐厨/杯壶")
    settle()
    browser.post("/admin/search/dictionaryword/add/", {"word": "愿奶"})
    assert titles(api, "?keyword=愿奶") == ["星愿奶茶杯"]
    assert SearchDocument.objects.filter(stale=True).count() == 1
    settle()
    assert titles(api, "?keyword=愿奶") == ["星愿奶茶杯"]
    entry = DictionaryWord.objects.get()
    browser.post(f"/admin/search/dictionaryword/{entry.pk}/delete/", {"post": "yes"})
    assert DictionaryWord.objects.count() == 0
    assert SearchDocument.objects.filter(stale=True).count() == 1


@pytest.mark.parametrize("word", ["", "a b", "！", "长" * 21])
def test_a_word_that_is_none_is_refused(shop, word):
    with pytest.raises(ShopError) as refused:
        services.save_dictionary_word(word)
    assert refused.value.code == "search_words_invalid"
    assert DictionaryWord.objects.count() == 0


def test_hot_words_are_pinned_in_the_back_office(api, shop, browser):
    browser.post("/admin/search/hotword/add/", {"word": "新年 礼盒", "kind": "PINNED", "position": "1"})
    assert api.get("/api/v1/search/hot").json()["words"] == ["新年 礼盒"]
    word = HotWord.objects.get()
    browser.post(f"/admin/search/hotword/{word.pk}/change/", {"word": "新年", "kind": "BLOCKED", "position": "1"})
    assert api.get("/api/v1/search/hot").json()["words"] == []


def test_lists_are_bounded(shop, monkeypatch):
    monkeypatch.setattr(services, "MOST_ROWS", 1)
    services.save_hot_word("一", kind="PINNED")
    with pytest.raises(ShopError) as refused:
        services.save_hot_word("二", kind="PINNED")
    assert refused.value.code == "search_words_full"


def test_what_was_not_found_leads_to_a_synonym_or_a_keyword(api, shop, browser):
    saved = product("A", "羊毛被")
    settle()
    SearchCount.objects.create(day=localdate(), text="暖暖宝", searches=3, misses=3)
    page = browser.get("/admin/search/searchcount/").content.decode()
    assert "暖暖宝" in page
    form = browser.get("/admin/search/synonymgroup/add/?words=%E6%9A%96%E6%9A%96%E5%AE%9D").content.decode()
    assert 'value="暖暖宝"' in form
    choose = browser.get("/admin/search/searchcount/keyword/?text=暖暖宝&q=羊毛").content.decode()
    assert saved.key in choose
    answer = browser.post("/admin/search/searchcount/keyword/?text=暖暖宝", {"product": saved.key}, follow=True)
    assert "现在搜“暖暖宝”会找到“羊毛被”" in answer.content.decode()
    assert Product.objects.get().keywords == "暖暖宝"
    assert titles(api, "?keyword=暖暖宝") == ["羊毛被"]
    entry = AuditEntry.objects.get(action="keyword")
    assert (entry.before, entry.after) == ({"keywords": ""}, {"keywords": "暖暖宝"})


def test_a_keyword_is_added_once_and_only_where_there_is_room(shop):
    saved = product("A", "羊毛被", keywords="冬被")
    services.add_keyword(saved, "暖暖宝")
    services.add_keyword(saved, "暖暖宝")
    assert Product.objects.get().keywords == "冬被 暖暖宝"
    Product.objects.update(keywords="长" * 199)
    with pytest.raises(ShopError) as refused:
        services.add_keyword(saved, "暖暖宝")
    assert refused.value.code == "search_words_invalid"
    assert Product.objects.get().keywords == "长" * 199
    archive_product(saved)
    with pytest.raises(ShopError) as refused:
        services.add_keyword(saved, "暖")
    assert refused.value.code == "not_found"


def test_who_may_not_change_products_adds_no_keyword(shop):
    saved = product("A", "羊毛被")
    browser = browser_of(shop, make_staff("desk@example.com", "客服"))
    page = browser.post("/admin/search/searchcount/keyword/?text=暖", {"product": saved.key})
    assert page.status_code == 403
    assert Product.objects.get().keywords == ""


def test_another_shops_lessons_do_not_count(api, shop, other_shop):
    product("A", "羊毛被")
    settle()
    with using_shop(other_shop):
        services.save_synonyms("暖暖宝 羊毛被")
    assert titles(api, "?keyword=暖暖宝") == []
