"""Every page of the back office opens, speaks Chinese, and needs few queries."""

import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.core.models import User
from tests.factories import make_member, make_order, make_sku
from tests.shop.admin_browser import browser_of

MODELS = [
    "catalog/product",
    "catalog/category",
    "catalog/brand",
    "library/asset",
    "reviews/review",
    "search/searchcount",
    "search/synonymgroup",
    "search/hotword",
    "search/dictionaryword",
    "orders/order",
    "members/member",
    "inventory/stockitem",
    "inventory/stockmove",
    "inventory/countsheet",
    "inventory/reservation",
    "payments/payment",
    "payments/refund",
    "payments/account",
    "core/user",
    "core/auditentry",
]
SINGLE = ["reviews/reviewsettings/1", "core/shopsettings/1", "pricing/freightrule/1", "members/wechatapp/1"]
FORMS = [
    "inventory/countsheet/add",
    "catalog/product/add",
    "catalog/category/add",
    "catalog/brand/add",
    "search/synonymgroup/add",
    "search/hotword/add",
    "search/dictionaryword/add",
    "core/user/add",
    "payments/account/add",
]

# Words that are the same in Chinese: standard terms, and units of the examples.
LATIN = {
    "SKU",
    "English",  # of the choice of languages
    "AppID",
    "API",
    "APIv3",
    "ID",
    "H",
    "IP",
    "M",
    "EMS",
    "JPEG",
    "PNG",
    "WebP",
    "GIF",
    "HTML",
    "MB",
    "GB",
    "esc",
    "CSV",
    "Excel",
    "JSONL",
}


@pytest.fixture
def browser(shop):
    """The owner's browser, logged in, on the shop's own host."""
    return browser_of(shop, User.objects.get(is_owner=True))


@pytest.fixture
def goods(shop):
    """One of everything that a page shows."""
    from shop.catalog.models import Brand
    from shop.inventory.counting import Scope, start_count
    from shop.members.services import connect_app
    from shop.reviews.models import Review

    sku = make_sku(title="羊毛被", price=19900)
    connect_app("wx0123456789abcdef", "0123456789abcdef0123456789abcdef", "禾禾")
    Brand.objects.create(name="禾禾")
    Review.objects.create(product=sku.product, content="很暖和", score=5)
    start_count(Scope(), note="月底盘点", actor="test")
    return make_order(make_member(), (sku, 2))


SPOKEN = {"title", "placeholder", "aria-label", "alt", "data-label"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Reader(HTMLParser):
    """Collects what a person reads: text and spoken attributes, without scripts and icon names."""

    def __init__(self):
        super().__init__()
        self.texts, self.open, self.silent = [], [], 0

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.texts += [values[name] or "" for name in SPOKEN & values.keys()]
        if tag in VOID:
            return
        silent = tag in {"script", "style"} or "material-symbols-outlined" in (values.get("class") or "")
        self.open.append((tag, silent))
        self.silent += silent

    def handle_endtag(self, tag):
        while self.open:
            name, silent = self.open.pop()
            self.silent -= silent
            if name == tag:
                return

    def handle_data(self, data):
        if not self.silent:
            self.texts.append(data)


def words(response):
    """Return the Latin words on the page that are not part of an address, a number or a code."""
    reader = Reader()
    reader.feed(response.content.decode())
    text = re.sub(r"\S*[0-9@/_.\\]\S*", " ", " ".join(reader.texts))
    return set(re.findall(r"[A-Za-z]{2,}", text)) - LATIN


def data_words(*texts):
    return {word for text in texts for word in re.findall(r"[A-Za-z]{2,}", text)}


def assert_chinese(response, *data):
    assert response["Content-Language"] == "zh-hans"
    assert words(response) - data_words("alpha", "test", "IMPORT", *data) == set()


@pytest.mark.parametrize("model", MODELS)
def test_list_and_detail_speak_chinese(browser, goods, model):
    listing = browser.get(f"/admin/{model}/")
    assert listing.status_code == 200
    codes = [goods.number, goods.member.key, *[line.sku_code for line in goods.lines.all()]]
    assert_chinese(listing, *codes)
    pks = re.findall(rf"/admin/{model}/(\d+)/change/", listing.content.decode())
    for pk in pks[:1]:
        page = browser.get(f"/admin/{model}/{pk}/change/")
        assert page.status_code == 200
        assert_chinese(page, *codes)


@pytest.mark.parametrize("page", [*(f"{path}/change" for path in SINGLE), *FORMS])
def test_form_speaks_chinese(browser, goods, shop, page):
    response = browser.get(f"/admin/{page}/")
    assert response.status_code == 200
    assert_chinese(response, "abcdef cdef", shop.key)


@pytest.mark.parametrize(
    "path", ["reviews/reviewsettings", "core/shopsettings", "pricing/freightrule", "members/wechatapp"]
)
def test_single_object_opens_its_form(browser, goods, path):
    response = browser.get(f"/admin/{path}/")
    assert response.status_code == 302
    assert response["Location"] == f"/admin/{path}/1/change/"


def test_missing_mini_program_opens_the_form_that_connects_it(browser):
    assert browser.get("/admin/members/wechatapp/")["Location"] == "/admin/members/wechatapp/add/"
    assert browser.get("/admin/members/wechatapp/add/").status_code == 200


def test_invalid_forms_speak_chinese(browser, goods):
    for page in FORMS:
        rows = {
            f"{prefix}-{name}": value
            for prefix in ("skus", "attributes")
            for name, value in {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0"}.items()
        }
        response = browser.post(f"/admin/{page}/", rows)
        assert response.status_code == 200, page
        assert_chinese(response)


def test_login_home_logout_and_errors_speak_chinese(shop, browser, goods):
    anonymous = browser_of(shop, User.objects.get(is_owner=True))
    anonymous.logout()
    login = anonymous.get("/admin/login/")
    assert login.status_code == 200
    assert_chinese(login)
    assert "alpha 店" in login.content.decode()
    refused = anonymous.post("/admin/login/", {"username": "nobody", "password": "wrong"})
    assert "账号或密码不正确" in refused.content.decode()
    assert_chinese(refused, "nobody")
    assert_chinese(browser.get("/admin/"))
    assert_chinese(browser.get("/admin/password_change/"))
    missing = browser.get("/admin/orders/order/999999/change/")
    assert missing.status_code == 404
    assert "没有找到这个页面" in missing.content.decode()
    assert_chinese(missing)
    ticket = anonymous.get("/welcome?ticket=nothing")
    assert ticket.status_code == 403
    assert_chinese(ticket)
    assert_chinese(browser.post("/admin/logout/"))


def test_pages_load_nothing_from_elsewhere(browser, goods):
    for path in ("", "catalog/product/", f"orders/order/{goods.pk}/change/", "catalog/product/add/"):
        page = browser.get(f"/admin/{path}").content.decode()
        assert re.findall(r'(?:src|href)="(?:https?:)?//[^"]*"', page) == []


@pytest.mark.parametrize("model", MODELS)
def test_list_of_fifty_needs_at_most_twelve_queries(browser, shop, model):
    member = make_member()
    for _index in range(3):
        make_order(member, (make_sku(), 1))
    browser.get(f"/admin/{model}/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        browser.get(f"/admin/{model}/")
    for _index in range(47):
        make_sku()
    with CaptureQueriesContext(connection) as many:
        assert browser.get(f"/admin/{model}/").status_code == 200
    assert len(many) <= 12, [query["sql"][:120] for query in many]
    assert len(many) <= len(few) + 1  # another page


def test_other_shops_session_is_refused(shop, other_shop, browser):
    assert browser.get("/admin/").status_code == 200
    foreign = browser_of(shop, User.objects.get(is_owner=True))
    foreign.defaults["HTTP_HOST"] = other_shop.host
    assert foreign.get("/admin/").status_code == 302


def test_the_shared_host_has_no_back_office(shop, browser):
    browser.defaults["HTTP_HOST"] = "api.weipu.test"
    assert browser.get(f"/s/{shop.key}/admin/").status_code == 404
