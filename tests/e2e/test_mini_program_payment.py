"""Buying in the mini-program: three touches, a cashier that fails or is closed, an answer that gets lost."""

import re

import pytest
import requests
from playwright.sync_api import expect

from tests.e2e.driver import Shopper
from tests.e2e.mini_program import pay

pytestmark = [pytest.mark.stack, pytest.mark.timeout(120)]

PILLOW = "泰国乳胶枕"


@pytest.fixture
def shopper(phone_shop, request):
    """Who has an address already: the same person as on the phone of that name."""
    return Shopper(phone_shop["api"], request.node.name[-24:]).log_in().with_address()


@pytest.fixture
def phone(phones, shopper):
    """A phone on the pillow's page."""
    made = phones(shopper.name).open()
    made.tap(made.role("link", PILLOW))
    made.at("pages/product/product")
    made.see("还没有评价")
    return made


def orders(shopper):
    return shopper.must(200, "GET", "orders")["results"]


def left(phone_shop):
    [row] = requests.get(f"{phone_shop['api']}/products?keyword=乳胶枕", timeout=10).json()["results"]
    [sku] = requests.get(f"{phone_shop['api']}/products/{row['key']}/stock", timeout=10).json()
    return sku["available"]


def check_out(phone):
    """From the product's page to the checkout, by two touches."""
    phone.tap("立即购买")
    phone.tap("确定")
    phone.at("packages/order/checkout/checkout")
    phone.see("文三路 1 号")


def test_three_touches_from_the_product_to_the_cashier(phone, shopper):
    before = phone.taps
    check_out(phone)
    phone.tap("提交订单")
    expect(phone.dialog.get_by_text("模拟支付")).to_be_visible()
    assert phone.taps - before == 3
    phone.picture("cashier")
    phone.answer("支付")
    phone.see("付款成功")
    [order] = orders(shopper)
    assert (order["status"], order["total"]) == ("TO_SHIP", 9900)


def test_a_closed_cashier_leaves_an_order_that_can_be_cancelled(phone, shopper, phone_shop):
    before = left(phone_shop)
    check_out(phone)
    pay(phone, "取消")
    phone.see("还没有付款")
    shown = phone.seen.get_by_text(re.compile(r"请在 .*内付款"))
    expect(shown).to_have_text(re.compile(r"\d\d:\d\d"))
    first = shown.inner_text()
    expect(shown).not_to_have_text(first)
    phone.picture("result-unpaid")
    assert left(phone_shop) == before - 1
    phone.tap("查看订单")
    phone.at("packages/order/detail/detail")
    phone.see("待付款")
    phone.picture("order-unpaid")
    phone.tap("取消订单")
    phone.answer("再想想")
    phone.see("待付款")
    phone.tap("取消订单")
    phone.answer("取消订单")
    phone.see("你取消了订单")
    phone.picture("order-cancelled")
    assert [order["status"] for order in orders(shopper)] == ["CANCELLED"]
    assert left(phone_shop) == before


def test_a_cashier_that_fails_is_asked_again(phone, shopper):
    phone.expect_trouble("status of 402 .*/h5/cashier")
    phone.refused_payments = 1
    check_out(phone)
    pay(phone)
    phone.see("付款没有成功")
    phone.see("没有扣款，可以再付一次")
    phone.picture("result-failed")
    phone.tap("继续付款")
    phone.answer("支付")
    phone.see("付款成功")
    assert [order["status"] for order in orders(shopper)] == ["TO_SHIP"]


def test_a_provider_that_does_not_answer_is_asked_again(product, phone, shopper):
    phone.expect_trouble(r"status of 50\d .*/pay$")
    check_out(phone)
    product.paysim("POST", "/_control/faults", mode="error_500", count=-1, match="/v3/pay/transactions/")
    try:
        phone.see("应付")
        phone.tap("提交订单")
        phone.at("packages/order/result/result")
        phone.see("付款没有成功")
        phone.picture("result-provider-away")
        assert [order["status"] for order in orders(shopper)] == ["UNPAID"]
    finally:
        product.paysim("POST", "/_control/faults")
    phone.tap("继续付款")
    phone.answer("支付")
    phone.see("付款成功")
    assert [order["status"] for order in orders(shopper)] == ["TO_SHIP"]


def test_lost_answers_do_not_make_two_orders(phone, shopper):
    """The server has the order, the phone does not hear of it, however often it asks; the next touch finds it."""
    phone.expect_trouble(r"POST .*/api/v1/orders net::ERR_FAILED", r"ERR_FAILED .*/api/v1/orders")
    lost = phone.lose_answers("/api/v1/orders")
    check_out(phone)
    phone.see("应付")
    phone.tap("提交订单")
    phone.hear("网络不太好")
    phone.picture("checkout-lost-answer")
    assert lost == [201, 201, 201]
    phone.find_answers("/api/v1/orders")
    pay(phone)
    phone.see("付款成功")
    assert [order["status"] for order in orders(shopper)] == ["TO_SHIP"]
