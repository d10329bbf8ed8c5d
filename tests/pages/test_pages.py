"""Every page that a merchant, an operator or a visitor sees, at the width of a desk and of a phone."""

import json

import pytest

from tests.e2e.driver import Shopper
from tests.pages.checker import PageChecker

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

OWNER, PASSWORD = "pages@example.com", "Lychee-2026-ok"
OPERATOR = "op@example.com"
PLATFORM = {"landing": "/", "signup": "/signup", "sent": "/signup/sent", "terms": "/terms"}
BACK_OFFICE = {
    "admin-home": "/admin/",
    "products": "/admin/catalog/product/",
    "bin": "/admin/catalog/product/?archived=1",
    "categories": "/admin/catalog/category/",
    "product-add": "/admin/catalog/product/add/",
    "library": "/admin/library/asset/",
    "searches": "/admin/search/searchcount/",
    "search-keyword": "/admin/search/searchcount/keyword/?text=%E6%AF%AF",
    "synonyms": "/admin/search/synonymgroup/",
    "synonym-add": "/admin/search/synonymgroup/add/",
    "orders": "/admin/orders/order/",
    "stock": "/admin/inventory/stockitem/",
    "cards": "/admin/virtual/cardsecret/",
    "cards-import": "/admin/virtual/cardsecret/import/",
    "codes": "/admin/virtual/servicecode/",
    "redeem": "/admin/virtual/servicecode/redeem/",
    "terms": "/admin/virtual/serviceterms/",
    "order-forms": "/admin/catalog/orderform/",
    "settings": "/admin/core/shopsettings/",
}
CONSOLE = {
    "console-shops": "/admin/tenants/tenant/",
    "console-shop": "/admin/tenants/tenant/1/change/",
    "console-move": "/admin/tenants/tenant/1/state/SUSPENDED/",
    "console-schemas": "/admin/tenants/schema/",
    "console-due": "/admin/tenants/due/",
    "console-events": "/admin/tenants/outboxevent/",
    "console-audit": "/admin/core/auditentry/",
}


@pytest.fixture(scope="module")
def shop(product, tmp_path_factory):
    made = product.create_shop("pages")
    product.manage("create_operator", OPERATOR, "--password", PASSWORD)
    row = {"code": "Q1", "title": "秋冬保暖澳洲羊毛被", "category": "居家/被枕", "price": "459.00"}
    row["skus"] = [{"code": "Q1-1", "options": {"规格": "1.5m"}, "price": "459.00", "stock": 10}]
    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "products.jsonl").write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    product.manage("import_catalogue", "pages", folder, "--json")
    return made


@pytest.fixture(params=["zh-CN", "en-US"])
def visitor(browser, request):
    checker = PageChecker(browser, request.param)
    yield checker
    checker.close()


@pytest.fixture(scope="module")
def merchant(browser):
    checker = PageChecker(browser)
    yield checker
    checker.close()


def log_in(checker, address, account):
    def steps(page):
        page.goto(f"{address}/admin/login/")
        page.fill("[name=username]", account)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)

    checker.do(steps)


def problems(checker, address, pages):
    return [problem for name, path in pages.items() for problem in checker.check(address + path, name)]


def test_the_platforms_own_pages(product, visitor):
    assert problems(visitor, product.addresses["web"], PLATFORM) == []


def test_the_open_questions_and_a_form_with_errors(product, visitor):
    web = product.addresses["web"]

    def open_all(page):
        page.goto(web)
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")

    def send_empty(page):
        page.goto(web + "/signup")
        page.click("#open-shop")
        page.wait_for_selector(".error")

    for name, steps in (("landing-open", open_all), ("signup-errors", send_empty)):
        visitor.do(steps)
        for width in visitor.pages:
            visitor.picture(name, width)
            assert visitor.look(width) == []


def test_the_console(product, shop, merchant):
    address = product.addresses["console"]
    assert merchant.check(f"{address}/admin/login/", "console-login") == []
    log_in(merchant, address, OPERATOR)
    assert problems(merchant, address, CONSOLE) == []


def test_the_back_office(product, shop, merchant):
    assert merchant.check(f"{shop['web']}/admin/login/", "admin-login") == []
    log_in(merchant, shop["web"], OWNER)
    assert problems(merchant, shop["web"], BACK_OFFICE) == []
    assert merchant.check(first_of(merchant, shop, "catalog/product"), "product-change") == []
    buy(product, shop)
    order = first_of(merchant, shop, "orders/order")
    assert merchant.check(order, "order") == []
    assert merchant.check(order.replace("/change/", "/ship/"), "order-ship") == []
    assert merchant.check(first_of(merchant, shop, "catalog/orderform"), "order-form") == []


@pytest.fixture(scope="module")
def desk(browser, shop):
    checker = PageChecker(browser)
    log_in(checker, shop["web"], OWNER)
    yield checker
    checker.close()


@pytest.mark.parametrize("name", ["products", "stock"])
def test_a_row_of_a_list_is_a_short_card_on_a_phone(shop, desk, name):
    page = desk.pages[390]
    page.goto(shop["web"] + BACK_OFFICE[name])
    card = page.locator("#result_list tr.data-row").first.bounding_box()
    assert 60 < card["height"] < 180


def test_the_bar_that_saves_the_tree_comes_with_something_to_save(shop, desk):
    page = desk.pages[390]
    page.goto(shop["web"] + BACK_OFFICE["categories"])
    position = "getComputedStyle(document.querySelector('.weipu-tree-save')).position"
    assert page.evaluate(position) == "static"
    page.click("[data-shown] >> nth=0")
    assert page.evaluate(position) == "sticky"
    page.found.clear()
    page.click(".weipu-tree-save button")
    page.wait_for_load_state("networkidle")
    assert page.found == [] and "已保存分类顺序" in page.inner_text("main, body")


def test_the_scroll_bars_speak_the_pages_language(shop, desk):
    page = desk.pages[1280]
    page.goto(f"{shop['web']}/admin/", wait_until="networkidle")
    assert page.locator('[aria-label="scrollable content"]').count() == 0
    assert page.locator('[aria-label="可以滚动的区域"]').count() > 0


def first_of(checker, shop, model):
    """The address of the newest row's own page."""
    page = checker.pages[1280]
    page.goto(f"{shop['web']}/admin/{model}/")
    link = page.locator(f"a[href*='/{model}/'][href*='/change/']").first.get_attribute("href")
    return shop["web"] + link.split("?")[0]


def buy(product, shop):
    """A paid order that waits to be shipped."""
    shopper = Shopper(shop["api"]).log_in().with_address()
    row = shopper.must(200, "GET", "products")["results"][0]
    sku = shopper.must(200, "GET", f"products/{row['key']}")["skus"][0]["key"]
    number = shopper.order([(sku, 2)], remark="请放在门口").json()["number"]
    attempt = shopper.start_paying(number)
    product.paysim("POST", "/_control/pay", out_trade_no=attempt["out_trade_no"])
    shopper.wait_for(number, "TO_SHIP")
