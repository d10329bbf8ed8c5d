"""The back office in a merchant's words: what it is called, where it stands, and in which language."""

import re
from itertools import pairwise

import pytest

from shop.core.money import yuan
from shop.core.templatetags.weipu_admin import money
from shop.inventory.models import StockItem, StockMove
from shop.inventory.services import set_on_hand
from tests.factories import make_sku
from tests.shop.admin_browser import browser_of, owner
from tests.shop.catalogue import category


@pytest.fixture
def browser(shop):
    return browser_of(shop, owner())


def page(browser, address="", **options):
    return browser.get(f"/admin/{address}", **options).content.decode()


def heading(text):
    """The parts of the title line."""
    line = text[text.index('id="header-inner"') :] if 'id="header-inner"' in text else text
    return re.findall(r"tracking-tight\">\s*(\S[^<]*?)\s*<", line)


def test_leaving_is_called_leaving(browser):
    text = page(browser)
    assert "退出登录" in text and "注销" not in text


@pytest.mark.parametrize(
    ("address", "title"),
    [
        ("catalog/product/", "商品"),
        ("catalog/product/add/", "新增商品"),
        ("inventory/stockitem/", "库存"),
        ("orders/order/", "订单"),
        ("catalog/brand/", "品牌"),
    ],
)
def test_windows_are_named_plainly_and_no_word_stands_twice(browser, address, title):
    text = page(browser, address)
    assert re.search(r"<title>\s*([^|<]*?)\s*\|", text)[1] == title
    parts = heading(text)
    assert parts and all(one != after for one, after in pairwise(parts))


def test_filters_are_named_by_what_they_filter(browser):
    category("茶叶")
    text = page(browser, "catalog/product/")
    assert re.search(r"<h3[^>]*>\s*分类\s*</h3>", text)
    assert not re.search(r"<h3[^>]*>\s*以", text)


def test_a_saved_form_says_so_in_one_tone(browser):
    answer = browser.post("/admin/search/synonymgroup/add/", {"words": "甲 乙", "_continue": "1"}, follow=True)
    text = answer.content.decode()
    assert "已新增同义词“" in text and "可以在下面继续修改。" in text and "您可以在下面再次编辑它" not in text


def test_the_language_is_chosen_in_the_account_menu(shop, browser):
    assert 'lang="en"' in page(browser) and "首页" in page(browser)
    answer = browser.post("/admin/language/", {"language": "en"}, HTTP_REFERER=f"http://{shop.host}/admin/catalog/tag/")
    assert answer.status_code == 302 and answer["Location"].endswith("/admin/catalog/tag/")
    assert "Log out" in page(browser) and "退出登录" not in page(browser)
    browser.post("/admin/language/", {"language": "zh-hans"})
    assert "退出登录" in page(browser)


def test_orders_stand_right_below_home_and_settings_of_products_are_folded(browser):
    home, orders, products, settings = browser.get("/admin/").context["sidebar_navigation"][:4]
    assert [item["link"] for item in home["items"]] == ["/admin/", "/admin/preview/"]
    assert orders["items"][0]["link"] == "/admin/orders/order/"
    assert products["items"][0]["link"] == "/admin/catalog/product/" and len(products["items"]) <= 6
    folded = {item["link"] for item in settings["items"]}
    assert settings["collapsible"] and not products["collapsible"]
    assert {"/admin/catalog/tag/", "/admin/virtual/cardsecret/", "/admin/catalog/orderform/"} <= folded


def test_the_ledger_names_imports_instead_of_keys(browser):
    sku = make_sku()
    set_on_hand({sku.pk: 7}, kind=StockMove.Kind.IMPORT, ref="import-s2965abcdefghijk", actor="t")
    text = page(browser, f"inventory/stockmove/?stock_item={StockItem.objects.get(sku=sku).pk}")
    assert "导入 s2965a" in text and "import-s2965" not in text


def test_amounts_are_read_with_thousands_and_written_without():
    assert [money(fen) for fen in (0, 99900, 260400, 123456789, -150000, None)] == [
        "¥0.00",
        "¥999.00",
        "¥2,604.00",
        "¥1,234,567.89",
        "¥-1,500.00",
        "",
    ]
    assert (yuan(260400), yuan(-1)) == ("2604.00", "-0.01")
