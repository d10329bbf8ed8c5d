"""The preview in the back office: the telephone at two widths, and an order in it that is paid with nothing."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.driver import wait_until
from tests.pages.checker import PageChecker
from tests.pages.test_pages import log_in

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]

PREVIEW = "/admin/preview/"


@pytest.fixture(scope="module")
def shop(product, tmp_path_factory):
    made = product.create_shop("sofa")
    row = {"code": "Q1", "title": "秋冬保暖澳洲羊毛被", "category": "居家/被枕", "price": "459.00", "is_hot": True}
    row["skus"] = [{"code": "Q1-1", "options": {"规格": "1.5m"}, "price": "459.00", "stock": 3}]
    folder = tmp_path_factory.mktemp("sofa")
    (folder / "products.jsonl").write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    product.manage("import_catalogue", "sofa", folder, "--json")
    return made


@pytest.fixture(scope="module")
def merchant(browser, shop, compiled):
    checker = PageChecker(browser)
    log_in(checker, shop["web"], "sofa@example.com")
    yield checker
    checker.close()


class Telephone:
    """What the frame shows."""

    def __init__(self, page):
        self.frame = page.frame_locator(".weipu-telephone iframe")
        self.seen = self.frame.locator(".mp-view:not([hide])")

    def tap(self, name, role="button", exact=True):
        self.seen.get_by_role(role, name=name, exact=exact).first.click()

    def answer(self, name):
        self.frame.locator(".mp-mask").last.get_by_role("button", name=name, exact=True).click()

    def see(self, words):
        expect(self.seen.get_by_text(words).first).to_be_visible(timeout=15_000)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_telephone_fits_and_shows_the_shop(merchant, shop, width):
    page = merchant.pages[width]
    page.found.clear()
    page.goto(f"{shop['web']}{PREVIEW}", wait_until="networkidle")
    Telephone(page).see("秋冬保暖澳洲羊毛被")
    expect(page.frame_locator("iframe").locator(".mp-ribbon")).to_have_text("预览")
    merchant.picture("preview", width)
    assert [*page.found, *merchant.look(width)] == []
    box = page.locator(".weipu-telephone").bounding_box()
    assert 0 <= box["x"] and box["x"] + box["width"] <= width
    assert box["height"] / box["width"] == pytest.approx((844 + 16) / (390 + 16), abs=0.1)


def test_an_order_in_the_telephone_is_paid_and_leaves_no_trace(merchant, shop, product):
    page = merchant.pages[1280]
    page.found.clear()
    page.goto(f"{shop['web']}{PREVIEW}", wait_until="networkidle")
    telephone = Telephone(page)
    order(telephone, merchant)
    telephone.see("付款成功")
    merchant.picture("preview-paid", 1280)
    telephone.tap("查看订单")
    telephone.see("待发货")
    merchant.picture("preview-order", 1280)
    assert [problem for problem in page.found if "status of 401" not in problem] == []
    page.goto(f"{shop['web']}/admin/orders/order/")
    assert page.locator("#result_list tbody tr").count() == 0
    page.goto(f"{shop['web']}/admin/members/member/")
    assert page.locator("#result_list tbody tr").count() == 0
    code, counts = product.audit()
    assert (code, set(counts.values())) == (0, {0})


def order(telephone, merchant):
    """From the home page to the simulated payment, with the example address."""
    telephone.tap("秋冬保暖澳洲羊毛被", role="link", exact=False)
    telephone.see("还没有评价")
    telephone.tap("立即购买")
    sheet = telephone.seen.get_by_role("dialog")
    expect(sheet.get_by_role("radio", name="1.5m")).to_have_attribute("aria-checked", "true")
    sheet.get_by_role("button", name="确定").click()
    telephone.see("请添加收货地址")
    telephone.tap("选择收货地址")
    telephone.tap("用微信地址")
    telephone.see("浙江省 杭州市 西湖区")
    telephone.tap("保存")
    telephone.see("应付")
    merchant.picture("preview-checkout", 1280)
    telephone.tap("提交订单")
    expect(telephone.frame.locator(".mp-mask").last).to_contain_text("模拟支付")
    merchant.picture("preview-cashier", 1280)
    telephone.answer("支付")


def test_starting_again_forgets_who_was_there(merchant, shop):
    page = merchant.pages[1280]
    page.goto(f"{shop['web']}{PREVIEW}", wait_until="networkidle")
    kept = "Object.keys(localStorage).filter((key) => key.startsWith('preview:') && key.endsWith('session')).length"
    Telephone(page).see("秋冬保暖澳洲羊毛被")
    assert page.evaluate(kept) == 1
    page.get_by_role("button", name="重新开始").click()
    wait_until(lambda: page.evaluate(kept) == 0, 10, "the session is still there")
    Telephone(page).see("秋冬保暖澳洲羊毛被")
