"""The mini-program in Chromium over the running product: from the home page to a refund, every touch as a shopper's."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.driver import Shopper, wait_until
from tests.e2e.mini_program import choose_pasted_address, pay, ship

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]


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


def test_from_the_home_page_to_a_refund(phones, desk, product, phone_shop, tmp_path):
    phone, shop = phones("anna"), phone_shop
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
    phone.tap("我的评价")
    phone.at("packages/member/reviews/reviews")
    phone.see("被子很暖和，包装也仔细")
    phone.picture("my-reviews")
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
