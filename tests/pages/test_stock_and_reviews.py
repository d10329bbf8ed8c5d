"""A merchant counts stock with a scanner and on a phone, and answers a review, in a browser."""

import json

import pytest
import requests

from tests.e2e.driver import Shopper, wait_until
from tests.pages.checker import PageChecker
from tests.pages.test_pages import log_in, problems

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

PAGES = {
    "stock-items": "/admin/inventory/stockitem/",
    "stock-ledger": "/admin/inventory/stockmove/",
    "stock-holds": "/admin/inventory/reservation/",
    "counts": "/admin/inventory/countsheet/",
    "count-start": "/admin/inventory/countsheet/add/",
    "reviews": "/admin/reviews/review/",
    "review-settings": "/admin/reviews/reviewsettings/1/change/",
}
BARCODES = ("6901234500001", "6901234500002")


@pytest.fixture(scope="module")
def shop(product, tmp_path_factory):
    made = product.create_shop("work")
    skus = [
        {"code": f"W-{size}", "options": {"规格": size}, "price": "45.00", "stock": 10, "barcode": barcode}
        for size, barcode in zip(("小号", "大号加厚加长"), BARCODES, strict=True)
    ]
    row = {"code": "W", "title": "秋冬保暖澳洲羊毛被", "category": "居家/被枕", "price": "45.00", "skus": skus}
    folder = tmp_path_factory.mktemp("catalogue")
    (folder / "products.jsonl").write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    product.manage("import_catalogue", "work", folder, "--json")
    return made


@pytest.fixture(scope="module")
def merchant(browser, shop):
    checker = PageChecker(browser)
    log_in(checker, shop["web"], "work@example.com")
    yield checker
    checker.close()


def manage(product, slug, script):
    product.manage(
        "shell",
        "-c",
        f"from tenants import registry\nfrom tenants.context import using_shop\n"
        f"with using_shop(registry.by_slug({slug!r})):\n    {script}",
    )


def shown(shop):
    [row] = requests.get(f"{shop['api']}/products", timeout=10).json()["results"]
    return row["key"]


def left(shop):
    stock = requests.get(f"{shop['api']}/products/{shown(shop)}/stock", timeout=10).json()
    return [row["available"] for row in stock]


def test_pages_of_stock_and_reviews(shop, merchant):
    assert problems(merchant, shop["web"], PAGES) == []
    page = merchant.pages[1280]
    page.goto(f"{shop['web']}/admin/inventory/stockitem/")
    links = page.locator("a[href*='/stockitem/'][href*='/change/']").all()
    items = sorted({link.get_attribute("href").split("/stockitem/")[1].split("/")[0] for link in links})
    bulk = f"{shop['web']}/admin/inventory/stockitem/bulk/?ids={','.join(items)}"
    assert merchant.check(bulk, "stock-bulk") == []
    assert merchant.check(f"{shop['web']}/admin/inventory/stockitem/{items[0]}/change/", "stock-item") == []


def test_stock_is_counted_by_scanner_and_on_a_phone_and_booked(shop, merchant):
    desk, phone = merchant.pages[1280], merchant.pages[390]
    desk.goto(f"{shop['web']}/admin/inventory/countsheet/add/")
    desk.get_by_role("button", name="开始盘点").click()
    desk.wait_for_url("**/change/")
    sheet = desk.url
    said = desk.locator("#count-said")
    desk.fill("#count-code", BARCODES[0])
    desk.press("#count-code", "Enter")
    desk.wait_for_function("document.activeElement.classList.contains('is-count')")
    desk.keyboard.type("8")
    desk.keyboard.press("Enter")
    said.filter(has_text="实盘 8 (-2)").wait_for()
    assert desk.evaluate("document.activeElement.id") == "count-code"
    desk.fill("#count-code", "0000")
    desk.press("#count-code", "Enter")
    said.filter(has_text="这张盘点单里没有这个商品").wait_for()

    phone.goto(sheet)
    phone.check("#count-each")
    for number in (1, 2, 3):
        phone.fill("#count-code", BARCODES[1])
        phone.press("#count-code", "Enter")
        phone.locator("#count-said").filter(has_text=f"实盘 {number}").wait_for()
    scan_with_a_lost_answer(phone)
    press_twice(phone)
    assert merchant.look(390) == []
    merchant.picture("count-sheet", 390)
    assert left(shop) == [10, 10]

    desk.goto(sheet)
    desk.once("dialog", lambda dialog: dialog.accept())
    with desk.expect_navigation():
        desk.get_by_role("button", name="入账", exact=True).click()
    assert "已入账，库存已更新" in desk.content()
    assert left(shop) == [8, 5]
    assert merchant.check(sheet, "count-sheet-booked") == []


def scan_with_a_lost_answer(phone):
    lose = "async (...sent) => { window.fetch = real; await real(...sent); throw new TypeError('lost'); }"
    phone.evaluate(f"() => {{ const real = window.fetch; window.fetch = {lose}; }}")
    for text in ("网络不通", "实盘 4"):
        phone.fill("#count-code", BARCODES[1])
        phone.press("#count-code", "Enter")
        phone.locator("#count-said").filter(has_text=text).wait_for()


def press_twice(phone):
    phone.fill("#count-code", BARCODES[1])
    press = "code.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }))"
    phone.evaluate(f"() => {{ const code = document.getElementById('count-code'); {press}; {press}; }}")
    phone.locator("#count-said").filter(has_text="实盘 5").wait_for()


def test_a_merchant_replies_to_a_review(product, shop, merchant):
    shopper = Shopper(shop["api"]).log_in().with_address()
    key = shown(shop)
    sku = shopper.must(200, "GET", f"products/{key}")["skus"][0]["key"]
    number = shopper.order([(sku, 1)]).json()["number"]
    attempt = shopper.start_paying(number)
    product.paysim("POST", "/_control/pay", out_trade_no=attempt["out_trade_no"])
    shopper.wait_for(number, "TO_SHIP")
    manage(
        product,
        "work",
        "from shop.orders.models import Order; from shop.fulfilment.services import ship; "
        f"ship(Order.objects.get(number={number!r}), None, carrier='sf', tracking_number='SF1234567890', actor='x')",
    )
    shopper.must(200, "POST", f"orders/{number}/receive")
    line = {"sku": sku, "score": 4, "content": "很暖和，就是有点味道，晾两天就好了。", "tags": ["质量好"]}
    shopper.must(201, "POST", f"orders/{number}/reviews", {"lines": [line]})

    def reviews():
        return requests.get(f"{shop['api']}/products/{key}/reviews", timeout=10).json()["results"]

    wait_until(reviews, 20, "the review's check")
    page = merchant.pages[1280]
    page.goto(f"{shop['web']}/admin/")
    page.get_by_text("未读评价").click()
    page.wait_for_url("**tab=unread")
    for press in ("j", "r"):
        page.keyboard.press(press)
    page.keyboard.type("谢谢您，我们会改进包装。")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert "已回复" in page.content()
    assert [row["reply"] for row in reviews()] == ["谢谢您，我们会改进包装。"]
    assert merchant.check(f"{shop['web']}/admin/reviews/review/", "reviews-filled") == []
    assert requests.get(f"{shop['api']}/products/{key}", timeout=10).json()["reviews"] == {"count": 1, "average": 4.0}
