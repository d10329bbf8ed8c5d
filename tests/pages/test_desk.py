"""The merchant's ten tasks on the sofa, each walked on a phone, and twenty orders shipped with a spreadsheet."""

import json

import pytest
from openpyxl import load_workbook

from tests.e2e.driver import ADDRESS, Shopper
from tests.pages.checker import PageChecker
from tests.pages.test_stock_and_reviews import manage

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

OWNER, PASSWORD = "desk@example.com", "Lychee-2026-ok"
ORDERS = "/admin/orders/order/"


@pytest.fixture(scope="module")
def shop(product, tmp_path_factory):
    made = product.create_shop("desk")
    row = {"code": "Q1", "title": "秋冬保暖澳洲羊毛被", "category": "居家/被枕", "price": "459.00"}
    row["skus"] = [{"code": "Q1-1", "options": {"规格": "1.5m"}, "price": "459.00", "stock": 200}]
    folder = tmp_path_factory.mktemp("desk")
    (folder / "products.jsonl").write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    product.manage("import_catalogue", "desk", folder, "--json")
    return made


class Buyers:
    """Orders of many shoppers, paid or not."""

    def __init__(self, product, shop):
        self.product, self.api = product, shop["api"]
        first = Shopper(self.api).log_in()
        key = first.must(200, "GET", "products")["results"][0]["key"]
        self.sku = first.must(200, "GET", f"products/{key}")["skus"][0]["key"]

    def order(self, phone="13800138000"):
        shopper = Shopper(self.api).log_in()
        shopper.address = shopper.must(201, "POST", "addresses", {**ADDRESS, "phone": phone})["key"]
        return shopper, shopper.order([(self.sku, 2)]).json()["number"]

    def paid(self, count=1, phone="13800138000"):
        placed = [self.order(phone) for _ in range(count)]
        for shopper, number in placed:
            attempt = shopper.start_paying(number)
            self.product.paysim("POST", "/_control/pay", out_trade_no=attempt["out_trade_no"])
        for shopper, number in placed:
            shopper.wait_for(number, "TO_SHIP")
        return placed


@pytest.fixture(scope="module")
def buyers(product, shop):
    return Buyers(product, shop)


@pytest.fixture(scope="module")
def merchant(browser, shop):
    checker = PageChecker(browser)

    def log_in(page):
        page.goto(f"{shop['web']}/admin/login/")
        page.fill("[name=username]", OWNER)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)

    checker.do(log_in)
    yield checker
    checker.close()


@pytest.fixture
def phone(merchant, shop):
    """The page on a phone, at the home page."""
    page = merchant.pages[390]
    page.goto(f"{shop['web']}/admin/")
    page.see = lambda name: seen(merchant, name)
    return page


def seen(merchant, name):
    merchant.picture(f"sofa-{name}", 390)
    assert merchant.look(390) == []


def open_order(page, shop, term):
    page.goto(f"{shop['web']}{ORDERS}")
    page.fill("input[name=q]:not([type=hidden])", term)
    page.press("input[name=q]:not([type=hidden])", "Enter")
    page.click("#result_list a[href*='/change/']")
    page.wait_for_selector(".weipu-state")


def press(page, label):
    page.click(f"a.weipu-button:has-text('{label}')")


def confirm(page):
    page.click("#content-main button[type=submit]")
    page.wait_for_selector(".weipu-state")


def state(page):
    return page.inner_text(".weipu-state")


def test_see_what_waits(phone, shop, buyers):
    buyers.paid()
    phone.reload()
    card = phone.locator("a.weipu-figure", has_text="待发货")
    assert int(card.locator("strong").inner_text()) >= 1
    phone.see("home")
    card.click()
    assert "state=TO_SHIP" in phone.url
    phone.see("orders")


def test_find_an_order_by_the_tail_of_a_phone(phone, shop, buyers):
    _shopper, number = buyers.order("13912345678")
    open_order(phone, shop, "5678")
    assert number in phone.content()
    phone.see("order")


def test_ship_an_order(phone, shop, buyers):
    [(shopper, number)] = buyers.paid()
    open_order(phone, shop, number)
    press(phone, "发货")
    phone.select_option("[name=carrier]", "yto")
    phone.fill("[name=tracking_number]", "YT1234567890")
    phone.see("ship")
    confirm(phone)
    assert state(phone) == "待收货"
    assert shopper.must(200, "GET", f"orders/{number}/packages")[0]["tracking_number"] == "YT1234567890"


def test_print_a_delivery_note(phone, shop, buyers):
    [(_shopper, number)] = buyers.paid()
    open_order(phone, shop, number)
    press(phone, "发货单")
    phone.wait_for_selector("article svg")
    assert number in phone.inner_text("article")
    phone.see("note")


def test_change_the_address(phone, shop, buyers):
    [(shopper, number)] = buyers.paid()
    open_order(phone, shop, number)
    press(phone, "改地址")
    phone.fill("[name=detail]", "桂花巷 21 号")
    phone.see("address")
    confirm(phone)
    assert shopper.must(200, "GET", f"orders/{number}")["address"]["detail"] == "桂花巷 21 号"


def test_adjust_the_price(phone, shop, buyers):
    shopper, number = buyers.order()
    open_order(phone, shop, number)
    press(phone, "改价")
    phone.fill("[name=goods]", "900")
    phone.fill("[name=freight]", "0")
    phone.see("reprice")
    confirm(phone)
    assert shopper.must(200, "GET", f"orders/{number}")["total"] == 90000


def test_cancel_an_order(phone, shop, buyers):
    shopper, number = buyers.order()
    open_order(phone, shop, number)
    press(phone, "取消订单")
    phone.select_option("[name=reason]", "no_stock")
    phone.see("cancel")
    confirm(phone)
    assert state(phone) == "已取消"
    assert shopper.status(number) == "CANCELLED"


def test_refund_an_order(phone, shop, buyers):
    [(shopper, number)] = buyers.paid()
    open_order(phone, shop, number)
    press(phone, "整单退款")
    phone.fill("[name=reason]", "买家不想要了")
    phone.see("refund")
    confirm(phone)
    assert state(phone) == "已取消"
    assert shopper.status(number) == "CANCELLED"


def test_note_and_flag_an_order(phone, shop, buyers):
    _shopper, number = buyers.order()
    open_order(phone, shop, number)
    press(phone, "备注和旗帜")
    phone.fill("[name=staff_remark]", "周末再打电话")
    phone.check("[name=flag][value=RED]")
    phone.see("remark")
    confirm(phone)
    assert "周末再打电话" in phone.content()
    assert phone.locator(".weipu-flag.is-red").count() == 1


def test_adjust_stock(phone, shop):
    phone.goto(f"{shop['web']}/admin/inventory/stockitem/")
    phone.click("#result_list a[href*='/change/']")
    phone.fill("[name=delta]", "5")
    phone.select_option("select[name=cause]", index=1)
    phone.fill("[name=note]", "到货")
    phone.see("stock")
    phone.press("[name=note]", "Enter")
    phone.wait_for_selector(".weipu-log:has-text('+5')")


def test_twenty_orders_leave_with_one_spreadsheet(product, merchant, shop, buyers, tmp_path):
    placed = buyers.paid(20, phone="13600001111")
    page = merchant.pages[1280]
    page.goto(f"{shop['web']}{ORDERS}")
    page.click("a:has-text('用表格发货')")
    with page.expect_download() as download:
        page.click("a:has-text('下载表格')")
    download.value.save_as(tmp_path / "to-ship.xlsx")
    book = load_workbook(tmp_path / "to-ship.xlsx")
    sheet = book.active
    titles = [cell.value for cell in sheet[1]]
    numbers = {number for _shopper, number in placed}
    for index, row in enumerate(sheet.iter_rows(min_row=2), 2):
        if row[titles.index("订单号")].value in numbers:
            row[titles.index("快递公司")].value = "中通"
            row[titles.index("运单号")].value = f"ZT99{index:08}"
    filled = tmp_path / "filled.xlsx"
    book.save(filled)
    assert results(page, filled) == ["发货成功"] * 20
    assert merchant.look(1280) == []
    merchant.picture("ship-sheet-report", 1280)
    for shopper, number in placed:
        assert shopper.status(number) == "SHIPPED"
    page.click("a:has-text('再传一个表格')")
    assert results(page, filled) == ["已发货"] * 20
    code, counts = product.audit()
    assert code == 0, counts


def results(page, file):
    page.found.clear()
    page.set_input_files("[name=file]", file)
    page.click("button:has-text('上传并发货')")
    page.wait_for_selector("#ship-results tbody tr")
    assert page.found == []
    return page.locator("#ship-results tbody tr td:last-child").all_inner_texts()


def test_the_list_is_walked_with_keys(merchant, shop, buyers):
    buyers.order()
    buyers.order()
    page = merchant.pages[1280]
    page.goto(f"{shop['web']}{ORDERS}")
    current = page.locator("#result_list tr.is-current")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = current.inner_text()
    page.keyboard.press("k")
    assert current.inner_text() != second
    page.keyboard.press("x")
    assert current.locator("input.action-select").is_checked()
    page.keyboard.press("x")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("jjj")
    assert page.locator("#searchbar, input[name=q]:not([type=hidden])").first.input_value() == "jjj"
    page.goto(f"{shop['web']}{ORDERS}")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".weipu-state")


def test_an_order_for_a_customer_is_typed_by_product_name(merchant, shop):
    page = merchant.pages[390]
    page.goto(f"{shop['web']}{ORDERS}new/")
    page.click("#goods-more")
    page.keyboard.type("没有这种东西")
    page.wait_for_selector(".weipu-offers:has-text('没有找到')")
    page.fill("[name=goods-3-code]", "羊毛被子")
    page.wait_for_selector(".weipu-offers [role=option]")
    seen(merchant, "new-order-offers")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("[name=goods-3-code]") == "Q1-1"
    assert page.input_value("[name=goods-3-quantity]") == "1"
    page.fill("#paste-text", "李四 13700001234 江苏苏州姑苏区桂花巷 21 号")
    page.click("#paste-read")
    page.wait_for_selector("#paste [role=status]:has-text('已填好')")
    names = ("buyer", "name", "province", "city", "district", "detail")
    filled = ["13700001234", "李四", "江苏省", "苏州市", "姑苏区", "桂花巷 21 号"]
    assert [page.input_value(f"[name={name}]") for name in names] == filled
    seen(merchant, "new-order")
    page.click("button:has-text('创建订单')")
    page.wait_for_selector(".weipu-state")
    assert state(page) == "待付款"


@pytest.fixture(scope="module")
def asking(product, shop, tmp_path_factory):
    """A ticket that asks for an identity number, a size and a date."""
    row = {"code": "T1", "title": "乐园门票", "category": "居家/被枕", "price": "99.00"}
    row["skus"] = [{"code": "T1-1", "options": {"票": "成人"}, "price": "99.00", "stock": 200}]
    folder = tmp_path_factory.mktemp("asking")
    (folder / "products.jsonl").write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    product.manage("import_catalogue", "desk", folder, "--json")
    form = """from shop.catalog.models import Product
    from shop.catalog.order_form import FormField
    from shop.catalog.services.order_forms import save_order_form
    fields = [FormField(key="id", label="身份证号", kind="ID_NUMBER", hint="入园时核对"),
              FormField(key="size", label="手环尺码", kind="CHOICE", choices=("大号", "小号")),
              FormField(key="when", label="入园日期", kind="DATE", required=False)]
    save_order_form(Product.objects.get(code="T1"), fields, before=[])"""
    manage(product, "desk", form)


def choose(page, row, term, code):
    page.fill(f"[name=goods-{row}-code]", term)
    page.click(f".weipu-offers [role=option]:has-text('{code}')")


def test_what_a_product_asks_is_answered_below_its_line(merchant, shop, asking):
    page = merchant.pages[390]
    page.found.clear()
    page.goto(f"{shop['web']}{ORDERS}new/")
    choose(page, 0, "羊毛被", "Q1-1")
    choose(page, 1, "门票", "T1-1")
    page.wait_for_selector("[name=goods-1-answers-id]")
    assert page.locator(".weipu-asked").nth(0).inner_text() == ""
    choose(page, 1, "羊毛被", "Q1-1")
    page.wait_for_selector("[name=goods-1-answers-id]", state="detached")
    page.fill("[name=goods-1-code]", "T1-1")  # typed, not chosen
    page.press("[name=goods-1-code]", "Tab")
    page.fill("[name=goods-1-answers-when]", "2030-05-01")
    page.fill("#paste-text", "李四 13700001234 江苏苏州姑苏区桂花巷 21 号")
    page.click("#paste-read")
    page.wait_for_selector("#paste [role=status]:has-text('已填好')")
    page.click("button:has-text('创建订单')")
    wrong = page.locator("#goods-rows .weipu-wrong")
    wrong.first.wait_for()
    assert wrong.all_inner_texts() == ["请填写“身份证号”", "请填写“手环尺码”"]
    assert page.get_attribute("[name=goods-1-answers-id]", "aria-invalid") == "true"
    assert page.input_value("[name=goods-1-answers-when]") == "2030-05-01"
    merchant.picture("new-order-asked", 390)
    assert merchant.look(390) == []
    page.fill("[name=goods-1-answers-id]", "11010519491231002x")
    page.select_option("[name=goods-1-answers-size]", "小号")
    page.click("button:has-text('创建订单')")
    page.wait_for_selector(".weipu-state")
    assert state(page) == "待付款"
    assert page.found == []
    answers = page.locator(".weipu-answers").all_inner_texts()
    assert answers == ["身份证号：11010519491231002X", "手环尺码：小号", "入园日期：2030-05-01"]


def test_papers_hold_still(merchant, shop):
    pages = {"print-notes": "kind=notes", "print-picking": "kind=picking"}
    for name, query in pages.items():
        assert merchant.check(f"{shop['web']}{ORDERS}print/?{query}", name) == []
    assert merchant.check(f"{shop['web']}{ORDERS}ship-sheet/", "ship-sheet") == []
    assert merchant.check(f"{shop['web']}{ORDERS}?product=%E8%A2%AB", "orders-filtered") == []


def test_a_pdf_leaves_the_shop(merchant, shop):
    page = merchant.pages[1280]
    page.goto(f"{shop['web']}{ORDERS}print/?kind=picking")
    size = page.evaluate("fetch('?kind=picking&as=pdf').then((r) => r.blob()).then((b) => [b.type, b.size])")
    assert size[0] == "application/pdf" and size[1] > 1000
