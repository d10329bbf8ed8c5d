"""Paying in a browser, over the running product: the shop's page, the cashier's page, and back."""

import json
import re
import secrets
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from tests.e2e.driver import REPOSITORY, Shopper, wait_until
from tests.e2e.recorder import Recorder

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
PICTURES = REPOSITORY / "test-results" / "browser-payment"
CASHIER = re.compile(r"/cgi-bin/mmpayweb-bin/")
RESULT = re.compile(r"/h5/#/packages/order/result/result\?number=\w+&outcome=RETURNED$")
PRODUCTS = {
    "code": "B",
    "title": "青瓷茶杯",
    "category": "茶具",
    "price": "88.00",
    "skus": [{"code": "B-1", "options": {"规格": "单只"}, "price": "88.00", "stock": 90}],
}


@pytest.fixture(scope="module")
def shop(product, tmp_path_factory):
    made = product.create_shop("cashier")
    folder = tmp_path_factory.mktemp("cashier")
    (folder / "products.jsonl").write_text(json.dumps(PRODUCTS, ensure_ascii=False), "utf-8")
    product.manage("import_catalogue", "cashier", folder, "--json")
    return made


class Visitor(Shopper):
    """A shopper in a browser, logged in by phone; the code is read in the demonstration's mailbox."""

    def __init__(self, product, shop):
        super().__init__(shop["api"])
        self.product = product
        self.phone = f"139{secrets.randbelow(10**8):08d}"

    def log_in(self):
        self.must(204, "POST", "auth/phone-code", {"phone": self.phone})
        host = {"Host": f"localhost:{self.product.port}"}
        mailbox = requests.get(f"http://127.0.0.1:{self.product.port}/signup/sent", headers=host, timeout=10).text
        code = re.search(rf"{self.phone}.*?mail-code\">(\d{{6}})", mailbox, re.DOTALL)[1]
        self.session_said = self.must(200, "POST", "auth/phone-login", {"phone": self.phone, "code": code})
        self.session.headers["Authorization"] = f"Bearer {self.session_said['token']}"
        return self

    def place(self):
        (found,) = self.must(200, "GET", "products")["results"]
        sku = self.must(200, "GET", f"products/{found['key']}")["skus"][0]["key"]
        answer = self.order([(sku, 1)])
        assert answer.status_code == 201, answer.text
        return answer.json()["number"]

    def fill_cart(self):
        (found,) = self.must(200, "GET", "products")["results"]
        sku = self.must(200, "GET", f"products/{found['key']}")["skus"][0]["key"]
        self.must(201, "POST", "cart/items", {"sku": sku, "quantity": 1})


class Screen:
    """A browser in which the visitor is logged in; what goes wrong in it is kept in `found`."""

    def __init__(self, browser, shop, visitor, size, build):
        self.web, self.size, self.found = shop["web"], size, []
        self.context = browser.new_context(viewport=SIZES[size], locale="zh-CN", timezone_id="Asia/Shanghai")
        self.context.set_default_timeout(15_000)
        said = visitor.session_said
        session = {"token": said["token"], "expiresAt": said["expires_at"], "member": said["member"]}
        key = json.dumps(f"h5:{shop['key']}:session")
        self.context.add_init_script(f"localStorage.setItem({key}, {json.dumps(json.dumps(session))})")
        self.page = self.context.new_page()
        self.recorder = Recorder(self.page, build)
        self.page.on("pageerror", lambda error: self.found.append(f"{self.page.url}: {error}"))
        self.page.on("console", lambda said: said.type == "error" and self.found.append(f"{said.text} {said.location}"))

    def open(self, path):
        self.recorder.keep()
        self.page.goto(f"{self.web}/h5/#{path}")

    def button(self, name):
        return self.page.locator(".mp-view:not([hide])").get_by_role("button", name=name).first

    def see(self, words):
        expect(self.page.locator(".mp-view:not([hide])").get_by_text(words).first).to_be_visible(timeout=20_000)

    def at_cashier(self):
        self.page.wait_for_url(CASHIER)
        expect(self.page.get_by_role("button", name="确认支付")).to_be_visible()

    def at_result(self):
        self.page.wait_for_url(RESULT)

    def picture(self, name):
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=Path(PICTURES) / f"{name}-{self.size}.png")


@pytest.fixture
def visitor(product, shop):
    return Visitor(product, shop).log_in().with_address()


@pytest.fixture(params=SIZES)
def screen(request, browser, product, shop, visitor, compiled):
    opened = Screen(browser, shop, visitor, request.param, product.environment["WEIPU_H5_BUILD"])
    yield opened
    opened.recorder.keep()
    opened.context.close()
    assert opened.found == []


def charges(product, number_of_trade):
    return [row for row in product.book()["charges"] if row["out_trade_no"] == number_of_trade]


def test_from_the_cart_over_the_cashiers_page_to_a_paid_order(product, screen, visitor):
    visitor.fill_cart()
    before = len(product.book()["charges"])
    screen.open("/pages/cart/cart")
    screen.button(re.compile("^结算")).click()
    screen.see("应付")
    screen.picture("checkout")
    screen.button("提交订单").click()
    screen.at_cashier()
    screen.picture("cashier")
    screen.page.get_by_role("button", name="确认支付").click()
    screen.at_result()
    screen.see("付款成功")
    screen.picture("paid")
    (order,) = visitor.must(200, "GET", "orders")["results"]
    assert (order["status"], len(product.book()["charges"])) == ("TO_SHIP", before + 1)
    screen.button("查看订单").click()
    screen.see("待发货")


def test_who_leaves_the_cashier_may_reload_go_back_and_pay_after_all(product, screen, visitor):
    number = visitor.place()
    screen.open(f"/packages/order/detail/detail?number={number}")
    screen.button("付款").click()
    screen.at_cashier()
    screen.page.get_by_role("link", name="取消").click()
    screen.at_result()
    screen.see("没有完成付款")
    screen.picture("returned")
    screen.page.reload()
    screen.see("没有完成付款")
    screen.button("重新付款").click()
    screen.at_cashier()
    screen.page.go_back()
    screen.at_result()
    screen.see("没有完成付款")
    before = len(product.book()["charges"])
    screen.button("重新付款").click()
    screen.at_cashier()
    screen.page.get_by_role("button", name="确认支付").click()
    screen.at_result()
    screen.see("付款成功")
    assert (visitor.status(number), len(product.book()["charges"])) == ("TO_SHIP", before + 1)
    screen.page.go_back()
    expect(screen.page).not_to_have_url(CASHIER)
    assert not screen.page.get_by_role("button", name="确认支付").is_visible()


def test_a_page_that_waits_sees_the_money_come_from_elsewhere(product, screen, visitor):
    number = visitor.place()
    screen.open(f"/packages/order/result/result?number={number}&outcome=RETURNED")
    screen.see("没有完成付款")
    started = visitor.must(200, "POST", f"orders/{number}/pay", {"trade": "h5"}, secrets.token_hex(8))
    assert product.paysim("POST", "/_control/pay", out_trade_no=started["out_trade_no"]).status_code == 200
    screen.see("付款成功")
    wait_until(lambda: visitor.status(number) == "TO_SHIP", 10, "paid")
    assert len(charges(product, started["out_trade_no"])) == 1


def test_a_shop_that_takes_no_money_in_a_browser_says_so(screen, visitor):
    number = visitor.place()
    nothing = {"status": 200, "content_type": "application/json", "body": "[]"}
    screen.context.route("**/payments/methods?client=h5", lambda route: route.fulfill(**nothing))
    screen.open(f"/packages/order/detail/detail?number={number}")
    screen.button("付款").click()
    screen.see("请在微信小程序里付款")
    screen.picture("elsewhere")
    visitor.fill_cart()
    screen.open("/pages/cart/cart")
    screen.button(re.compile("^结算")).click()
    screen.see("这家店还不能在浏览器里付款")
    screen.picture("checkout-elsewhere")
    assert visitor.status(number) == "UNPAID"


def test_money_is_where_it_should_be(product):
    code, counts = product.audit()
    assert (code, [row for row in counts if isinstance(row, dict) and row.get("rows")]) == (0, [])
