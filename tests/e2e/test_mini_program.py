"""The mini-program in Chromium over the running product: from the home page to a refund, every touch as a shopper's."""

import json
import os
import re
import shutil
import subprocess

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.driver import REPOSITORY, Shopper, wait_until
from tests.e2e.phone import Phone
from tests.pages.conftest import browser  # noqa: F401

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]

PASSWORD = "Lychee-2026-ok"
PASTED = "李小荔 13900001234 广东省深圳市南山区粤海街道科技园路 8 号 2 栋 301"


def sku(code, size, price, stock):
    return {"code": code, "options": {"规格": size}, "price": price, "stock": stock}


def row(code, title, category, skus, **more):
    return {"code": code, "title": title, "category": category, "price": skus[0]["price"], "skus": skus, **more}


CATALOGUE = [
    row(
        "Q",
        "秋冬保暖澳洲羊毛被",
        "居家/被枕",
        [sku("Q-1", "1.5m", "459.00", 40), sku("Q-2", "1.8m", "559.00", 0), sku("Q-3", "2.0m", "659.00", 40)],
        is_hot=True,
    ),
    row("P", "泰国乳胶枕", "居家/被枕", [sku("P-1", "标准", "99.00", 40)], is_new=True),
    row("T", "孤品紫砂壶", "茶具/茶壶", [sku("T-1", "单只", "880.00", 1)], is_new=True),
]


@pytest.fixture(scope="module")
def compiled(product):
    """The mini-program compiled with the test adapters, where the product looks for it."""
    tools = REPOSITORY / "miniprogram_template"
    node = shutil.which("node")
    if node is None or not (tools / "node_modules").is_dir():
        reason = "the mini-program cannot be compiled: `npm ci` in miniprogram_template wants Node.js 20"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    command = [node, "mpweb/build.mjs", "app", product.environment["WEIPU_H5_BUILD"], "--development"]
    done = subprocess.run(command, cwd=tools, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def shop(product, tmp_path_factory):
    made = product.create_shop("phone")
    folder = tmp_path_factory.mktemp("phone")
    lines = [json.dumps(each, ensure_ascii=False) for each in CATALOGUE]
    (folder / "products.jsonl").write_text("\n".join(lines), "utf-8")
    product.manage("import_catalogue", "phone", folder, "--json")
    return made


@pytest.fixture
def phones(browser, product, shop, compiled):  # noqa: F811
    """Makes phones; in the end, whatever went wrong in any of them fails the test."""
    made = []

    def make(name):
        made.append(Phone(browser, product, shop, name))
        return made[-1]

    yield make
    found = [f"{phone.name}: {problem}" for phone in made for problem in phone.unexpected()]
    for phone in made:
        phone.close()
    assert sorted(set(found)) == [], "\n".join(sorted(set(found)))


@pytest.fixture
def desk(browser, shop, phones):  # noqa: F811
    """The merchant's own browser, logged in to the back office."""
    page = browser.new_context(locale="zh-CN").new_page()
    page.goto(f"{shop['web']}/admin/login/")
    page.fill("[name=username]", "phone@example.com")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("[name=password]", "Enter")
    yield page
    page.context.close()


def choose_pasted_address(phone):
    phone.tap("选择收货地址")
    phone.at("packages/member/addresses/addresses")
    phone.tap("新增地址")
    phone.at("packages/member/address/address")
    phone.fill("粘贴整段地址", PASTED)
    phone.tap("识别")
    phone.see("广东省 深圳市 南山区")
    phone.picture("address")
    phone.tap("保存")
    phone.at("packages/member/addresses/addresses")
    phone.tap("使用地址：李小荔")
    phone.at("packages/order/checkout/checkout")
    phone.see("科技园路 8 号 2 栋 301")


def pay(phone, choice="支付"):
    phone.see("应付")
    phone.tap("提交订单")
    phone.answer(choice)
    phone.at("packages/order/result/result")


def ship(desk, shop, number, tracking):
    """As the merchant does it, from the list of orders."""
    desk.goto(f"{shop['web']}/admin/orders/order/")
    desk.locator("#result_list tr", has_text=number).locator("a[href*='/change/']").first.click()
    desk.locator("a.weipu-button", has_text="发货").first.click()
    desk.select_option("[name=carrier]", "yto")
    desk.fill("[name=tracking_number]", tracking)
    with desk.expect_navigation():
        desk.get_by_role("button", name="确认发货").click()
    expect(desk.locator(".weipu-state")).to_have_text("待收货")


def order_from_the_cart(phone):
    """Home, category, list, search, product, SKU, cart, checkout with a new address, payment; returns the number."""
    phone.open()
    phone.see("秋冬保暖澳洲羊毛被")
    phone.picture("home")
    phone.tab("分类")
    phone.at("pages/category/category")
    phone.tap(phone.role("tab", "茶具"))
    phone.see("孤品紫砂壶")
    phone.picture("category")
    phone.tap(phone.role("link", "搜索商品"))
    phone.at("pages/search/search")
    phone.fill("搜索商品", "羊毛被")
    phone.picture("search")
    phone.tap("搜索")
    phone.at("pages/products/products")
    phone.see("秋冬保暖澳洲羊毛被")
    phone.picture("products")
    phone.tap(phone.role("link", "秋冬保暖澳洲羊毛被"))
    phone.at("pages/product/product")
    phone.see("还没有评价")
    phone.picture("product")
    phone.tap("加入购物车")
    sold_out = phone.role("radio", "1.8m，已售罄")
    expect(sold_out.locator(":scope > *")).to_have_class(re.compile("off"))
    phone.tap(phone.role("radio", "1.5m"))
    phone.picture("sku-sheet")
    phone.tap(phone.seen.get_by_role("dialog").get_by_role("button", name="加入购物车"))
    phone.hear("已加入购物车")
    phone.tap("购物车，1 种商品")
    phone.at("pages/cart/cart")
    phone.see("合计")
    phone.tap("增加一件")
    phone.see("结算 (2)")
    phone.tap(phone.role("checkbox", "选择 秋冬保暖澳洲羊毛被"))
    expect(phone.role("checkbox", "全选")).to_have_attribute("aria-checked", "false")
    phone.tap(phone.role("checkbox", "全选"))
    phone.see("结算 (2)")
    phone.picture("cart")
    phone.tap("结算 (2)")
    phone.at("packages/order/checkout/checkout")
    phone.see("请添加收货地址")
    choose_pasted_address(phone)
    phone.picture("checkout")
    pay(phone)
    phone.see("付款成功")
    phone.picture("result")
    return phone.data["number"]


def test_from_the_home_page_to_a_refund(phones, desk, product, shop, tmp_path):
    phone = phones("anna")
    number = order_from_the_cart(phone)
    phone.tap("查看订单")
    phone.at("packages/order/detail/detail")
    phone.see("待发货")
    assert phone.data["order"]["paid"] == 2 * 45900
    phone.picture("order-to-ship")
    ship(desk, shop, number, "YT1234567890")
    receive(phone)
    review(phone, desk, shop, tmp_path)
    claim(phone, desk, shop, number)
    code, counts = product.audit()
    assert (code, set(counts.values())) == (0, {0})


def receive(phone):
    phone.open("/packages/order/orders/orders?status=SHIPPED")
    phone.see("待收货")
    phone.picture("orders-shipped")
    phone.tap(phone.role("link", "订单 "))
    phone.at("packages/order/detail/detail")
    phone.see("YT1234567890")
    phone.picture("order-shipped")
    phone.tap("确认收货")
    phone.answer("确认收货")
    phone.see("已完成")
    phone.picture("order-completed")


def review(phone, desk, shop, tmp_path):
    """A review with a picture, which the merchant then sees."""
    phone.tap("评价")
    phone.at("packages/order/review/review")
    phone.fill("评价内容", "被子很暖和，包装也仔细")
    Image.new("RGB", (600, 400), "#a33").save(tmp_path / "quilt.png")
    with phone.page.expect_file_chooser() as choosing:
        phone.tap("添加图片")
    choosing.value.set_files(tmp_path / "quilt.png")
    phone.wait("(data) => data.lines[0].pictures.length === 1")
    phone.picture("review")
    phone.tap("提交评价")
    phone.see("这笔订单已经评价完了")
    desk.goto(f"{shop['web']}/admin/reviews/review/")
    expect(desk.get_by_text("被子很暖和，包装也仔细").first).to_be_visible()


def claim(phone, desk, shop, number):
    """One of two units asked back; the merchant agrees; the page says that the money is back."""
    phone.open(f"/packages/order/detail/detail?number={number}")
    phone.see("已完成")
    phone.tap(phone.role("button", "申请售后：秋冬保暖澳洲羊毛被"))
    phone.at("packages/order/after-sale/apply/apply")
    phone.tap("减少一件")
    phone.tap(phone.seen.get_by_text("请选择"))
    phone.answer("不想要了")
    phone.picture("after-sale-apply")
    phone.tap("提交申请")
    phone.at("packages/order/after-sale/detail/detail")
    phone.see("等待商家处理")
    phone.picture("after-sale-applied")
    claimed = phone.data["one"]["number"]
    desk.goto(f"{shop['web']}/admin/aftersale/aftersale/")
    desk.get_by_role("link", name=claimed).click()
    with desk.expect_navigation():
        desk.get_by_role("button", name="同意退款").click()
    shopper = Shopper(shop["api"], phone.name).log_in()
    wait_until(lambda: shopper.must(200, "GET", f"after-sales/{claimed}")["state"] == "DONE", 30, "the refund")
    phone.open(f"/packages/order/after-sale/detail/detail?number={claimed}")
    phone.see("已退款")
    assert phone.data["one"]["amount"] == 45900
    phone.picture("after-sale-done")
    phone.tap("查看订单")
    phone.at("packages/order/detail/detail")
    phone.see("已退款")
    assert phone.data["order"]["refunded"] == 45900
