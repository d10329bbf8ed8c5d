"""A shopper asks for money back; a merchant decides in a browser, at a desk and on a phone; the money arrives."""

import json

import pytest

from tests.e2e.driver import Shopper, wait_until
from tests.pages.checker import PageChecker
from tests.pages.test_pages import log_in

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def shop(product, tmp_path_factory):
    made = product.create_shop("claims")
    row = {"code": "C", "title": "秋冬保暖澳洲羊毛被", "category": "居家/被枕", "price": "45.00"}
    row["skus"] = [{"code": "C-1", "options": {"规格": "大号加厚加长"}, "price": "45.00", "stock": 10}]
    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "products.jsonl").write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    product.manage("import_catalogue", "claims", folder, "--json")
    return made


@pytest.fixture(scope="module")
def merchant(browser, shop):
    checker = PageChecker(browser)
    log_in(checker, shop["web"], "claims@example.com")
    yield checker
    checker.close()


def test_after_sales_are_decided_and_the_money_arrives(product, shop, merchant):
    address = f"{shop['web']}/admin/aftersale/aftersale/"
    assert merchant.check(address, "after-sales-empty") == []
    shopper = Shopper(shop["api"]).log_in().with_address()
    [row] = shopper.must(200, "GET", "products")["results"]
    sku = shopper.must(200, "GET", f"products/{row['key']}")["skus"][0]["key"]
    number = shopper.order([(sku, 3)]).json()["number"]
    attempt = shopper.start_paying(number)
    product.paysim("POST", "/_control/pay", out_trade_no=attempt["out_trade_no"])
    shopper.wait_for(number, "TO_SHIP")

    def ask(key, quantity, reason):
        asked = {"order": number, "lines": [{"line": 1, "quantity": quantity}], "reason": reason}
        words = "收到的时候外箱已经压坏，被面有一道口子，照片里看得到。" * 3
        return shopper.must(201, "POST", "after-sales", {**asked, "description": words}, key=key)["number"]

    agreed, rejected = ask("a", 1, "BROKEN"), ask("b", 1, "UNWANTED")
    desk, phone = merchant.pages[1280], merchant.pages[390]
    desk.goto(f"{shop['web']}/admin/")
    desk.get_by_text("售后待处理").click()
    desk.wait_for_url("**state__exact=APPLIED")
    assert merchant.check(desk.url, "after-sales") == []
    desk.goto(desk.url)
    desk.get_by_role("link", name=agreed).click()
    page = desk.url
    assert merchant.check(page, "after-sale") == []
    with desk.expect_navigation():
        desk.get_by_role("button", name="同意退款").click()
    assert "已同意，退款正在办理" in desk.content()

    phone.goto(address)
    phone.get_by_role("link", name=rejected).click()
    phone.get_by_role("button", name="拒绝").click()
    phone.get_by_text("请写明拒绝的原因").wait_for()
    phone.get_by_label("给买家的答复").fill("这件没有质量问题，已按约定保留。")
    with phone.expect_navigation():
        phone.get_by_role("button", name="拒绝").click()
    assert "已拒绝，买家会看到原因" in phone.content()

    def done():
        return shopper.must(200, "GET", f"after-sales/{agreed}")["state"] == "DONE"

    wait_until(done, 30, "the refund")
    answer = shopper.must(200, "GET", f"after-sales/{rejected}")
    assert (answer["state"], answer["answer"]) == ("REJECTED", "这件没有质量问题，已按约定保留。")
    order = shopper.must(200, "GET", f"orders/{number}")
    assert (order["refunded"], order["lines"][0]["after_sale_units"]) == (4500, 2)
    assert merchant.check(page, "after-sale-done") == []
    assert merchant.check(f"{shop['web']}/admin/", "home-after-sale") == []
    desk.goto(page)
    desk.get_by_role("link", name="查看订单").click()
    assert merchant.check(desk.url, "order-after-sale") == []
    code, counts = product.audit()
    assert (code, set(counts.values())) == (0, {0})
