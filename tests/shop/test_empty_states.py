"""Every list of an empty shop says what it is and what to do next; the main pages explain themselves."""

import re

import pytest
from django.apps import apps
from django.urls import NoReverseMatch, reverse

from saas.admin_site import site
from saas.admin_words import EMPTY, HELP, words_of
from shop.core.admin_base import SingleObjectAdmin
from tenants import registry
from tenants.models import Tenant
from tests.shop.admin_browser import browser_of, make_staff, owner

# Lists with a page of their own, and what it says while there is nothing.
OWN_PAGES = {
    "catalog.category": "新增第一个分类",
    "agreements.agreement": "平台提供的通用文本",
    "decoration.homeitem": "这里还没有内容",
    "reviews.review": "还没有评价",
    "search.searchcount": "还没有人搜过",
}
LISTS = sorted(
    model._meta.label_lower for model, page in site._registry.items() if not isinstance(page, SingleObjectAdmin)
)
PLAIN = [label for label in LISTS if label not in OWN_PAGES]


def listing(browser, label, query=""):
    answer = browser.get(reverse(f"admin:{label.replace('.', '_')}_changelist") + query)
    assert answer.status_code == 200, label
    return answer.content.decode()


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


@pytest.mark.parametrize("label", [label for label in LISTS if label != "core.user"])  # its reader is in it
def test_an_empty_list_tells_the_next_step(browser, label):
    if label in OWN_PAGES:
        assert OWN_PAGES[label] in listing(browser, label)
        return
    words = words_of(apps.get_model(label))
    page = listing(browser, label)
    assert str(words.empty) in page and str(words.advice) in page
    assert (f'<a class="weipu-link" href="{reverse(words.page)}">{words.action}</a>' in page) if words.page else True
    assert "No results" not in page and "新建一项" not in page


def test_no_list_has_the_words_of_another():
    known = {label: words_of(apps.get_model(label)) for label in PLAIN}
    assert set(EMPTY) <= set(PLAIN) and all(known.values())
    texts = [(str(words.empty), str(words.advice)) for words in known.values()]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("label", ["catalog.product", "payments.payment", "inventory.reservation", "core.user"])
def test_a_search_without_a_hit_leads_back_to_all_rows(browser, label):
    page = listing(browser, label, "?q=zzzzzz")
    assert str(EMPTY[label].unmatched) in page and '<a class="weipu-link" href="?">查看全部</a>' in page
    assert str(EMPTY[label].empty) not in page


def test_a_step_is_only_offered_to_who_may_take_it(shop, browser):
    link = '<a class="weipu-link" href="/admin/catalog/product/add/">'
    assert link in listing(browser, "inventory.stockitem")
    page = listing(browser_of(shop, make_staff("keeper", "仓库")), "inventory.stockitem")
    assert str(EMPTY["inventory.stockitem"].empty) in page and link not in page


def test_a_closed_shop_is_offered_pages_to_read_only(shop, browser):
    Tenant.objects.filter(slug=shop.slug).update(state="READ_ONLY")
    registry.forget()
    assert 'class="weipu-link"' not in listing(browser, "catalog.brand")
    assert 'href="/admin/inventory/stockitem/">去看库存</a>' in listing(browser, "inventory.stockmove")


@pytest.mark.parametrize("name", sorted(HELP))
def test_main_pages_explain_themselves(browser, name):
    try:
        address = reverse(f"admin:{name}")
    except NoReverseMatch:
        address = reverse(f"admin:{name}", args=(1,))
    page = browser.get(address).content.decode()
    found = re.search(r'<details class="weipu-help.*?</details>', page, re.S)
    assert found and str(HELP[name]) in found[0]
    assert "weipu-help" not in browser.get("/admin/").content.decode()
