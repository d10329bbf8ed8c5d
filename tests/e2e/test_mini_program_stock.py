"""Two shoppers want the last one in the same moment; who only looks at it sees live that it is gone, and back."""

import pytest
from playwright.sync_api import expect

from tests.e2e.driver import Shopper

pytestmark = [pytest.mark.stack, pytest.mark.timeout(120)]

TEAPOT = "孤品紫砂壶"


def open_teapot(phone):
    phone.open()
    phone.tap(phone.role("link", TEAPOT))
    phone.at("pages/product/product")
    phone.see("还没有评价")
    return phone


def meet(phones, path):
    """Hold the POSTs of the phones to the path until all are there, then let them go together."""
    held = []

    def hold(route):
        if route.request.method != "POST":
            route.fallback()
            return
        held.append(route)
        if len(held) == len(phones):
            for each in held:
                each.continue_()

    for phone in phones:
        phone.context.route(f"{phone.web}{path}", hold, times=2)
    return held


def test_the_last_one_is_sold_once_and_everybody_sees_it(phones, phone_shop):
    names = ("race-anna", "race-bert")
    shoppers = [Shopper(phone_shop["api"], name).log_in().with_address() for name in names]
    buyers = [open_teapot(phones(name)) for name in names]
    onlooker = open_teapot(phones("race-carl"))
    expect(onlooker.role("button", "立即购买")).to_be_visible()
    for buyer in buyers:
        buyer.tap("立即购买")
        buyer.tap("确定")
        buyer.at("packages/order/checkout/checkout")
        buyer.see("应付")
        buyer.expect_trouble(r"status of 409 .*/api/v1/orders")
    held = meet(buyers, "/api/v1/orders")
    for buyer in buyers:
        buyer.tap("提交订单")
    for buyer in buyers:
        buyer.page.locator(".mp-modal, [role=alert]").first.wait_for()
    assert len(held) == 2
    placed = [shopper.must(200, "GET", "orders")["count"] for shopper in shoppers]
    assert sorted(placed) == [0, 1]
    winner, loser = buyers[placed.index(1)], buyers[placed.index(0)]
    loser.see("已售罄，请换一件")
    loser.picture("checkout-sold-out")
    loser.back()
    expect(loser.role("button", "已售罄")).to_be_disabled()
    expect(onlooker.role("button", "已售罄")).to_be_disabled()
    expect(onlooker.role("button", "立即购买")).to_have_count(0)
    onlooker.picture("product-sold-out")
    give_back(winner)
    expect(onlooker.role("button", "立即购买")).to_be_visible()
    expect(loser.role("button", "立即购买")).to_be_visible()


def give_back(phone):
    phone.answer("取消")
    phone.at("packages/order/result/result")
    phone.tap("查看订单")
    phone.tap("取消订单")
    phone.answer("取消订单")
    phone.see("你取消了订单")
