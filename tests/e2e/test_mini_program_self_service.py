"""What shoppers do for themselves in the mini-program: order with answers, pay after all, receive, review, ask back."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.driver import Shopper
from tests.e2e.self_service import CODES, DEARER_CAKE, TOWEL, import_goods, take_off_shelf

pytestmark = [pytest.mark.stack, pytest.mark.timeout(120)]

CHECKOUT = "packages/order/checkout/checkout"
ORDERS = "packages/order/orders/orders"
COPIED = "async (words) => (await navigator.clipboard.readText()) === words"
DETAIL = "packages/order/detail/detail"
IN_WECHAT = {
    "userName": "周小梅",
    "telNumber": "13700004321",
    "provinceName": "江苏省",
    "cityName": "苏州市",
    "countyName": "姑苏区",
    "detailInfo": "平江路 18 号",
}
WRONG = {"刻什么字": "", "几位客人": "25", "联系手机": "12345", "身份证号": "110101199001011234"}
RIGHT = {"刻什么字": "喝茶去", "几位客人": "6", "联系手机": "13700004321", "身份证号": "11010519491231002x"}


def check_out_of_cart(phone):
    phone.open("/pages/cart/cart").see("合计")
    phone.tap(phone.seen.get_by_role("button", name="结算"))
    phone.at(CHECKOUT)
    phone.see("应付")


def alerts(phone):
    return phone.seen.get_by_role("alert").all_inner_texts()


def answer_picker(phone, label, choice):
    phone.tap(phone.role("button", label))
    if label == "哪天要用":
        phone.dialog.get_by_label("值").fill(choice)
    phone.answer("确定" if label == "哪天要用" else choice)


def test_an_order_with_answers_goes_to_an_address_from_wechat(enter, own_shop):
    phone, shopper = enter("self-mei")
    phone.address = IN_WECHAT  # from the next start on
    shopper.must(201, "POST", "cart/items", {"sku": own_shop["skus"]["L-1"], "quantity": 2})
    check_out_of_cart(phone)
    phone.tap("提交订单")
    phone.hear("请先添加收货地址")
    phone.at("packages/member/address/address")
    phone.tap("用微信地址")
    phone.see("江苏省 苏州市 姑苏区")
    phone.tap(phone.seen.get_by_role("switch"))
    phone.tap("保存")
    phone.at(CHECKOUT)
    phone.see("平江路 18 号")
    phone.tap("提交订单")
    phone.hear("请把标红的信息填写完整")
    assert alerts(phone) == [f"请填写“{label}”" for label in ("刻什么字", "哪天要用", "字体", "联系手机")]
    answer_picker(phone, "哪天要用", "2026-12-24")
    answer_picker(phone, "字体", "隶书")
    for label, text in WRONG.items():
        phone.fill(label, text)
    phone.tap("提交订单")
    expect(phone.seen.get_by_role("alert")).to_have_text(
        ["请填写“刻什么字”", "不能大于 20", "请填写 11 位手机号", "身份证号不正确"]
    )
    phone.picture("checkout-form-wrong")
    for label, text in RIGHT.items():
        phone.fill(label, text)
    phone.fill("备注", "用红纸包")
    phone.tap("提交订单")
    phone.answer("支付")
    expect(phone.dialog).to_contain_text("TMPL-REVIEW")
    phone.picture("subscribe")
    with phone.page.expect_response("**/review-invitation") as agreed:
        phone.answer("允许")
    assert (agreed.value.request.method, agreed.value.status) == ("POST", 204)
    phone.see("付款成功")
    order = shopper.must(200, "GET", f"orders/{phone.data['number']}")
    assert (order["status"], order["paid"], order["remark"]) == ("TO_SHIP", 25600, "用红纸包")
    assert (order["address"]["name"], order["address"]["detail"]) == ("周小梅", "平江路 18 号")
    said = {answer["label"]: answer["value"] for answer in order["lines"][0]["form"]}
    assert said == {**RIGHT, "身份证号": RIGHT["身份证号"].upper(), "哪天要用": "2026-12-24", "字体": "隶书"}
    [kept] = shopper.must(200, "GET", "addresses")["results"]
    assert (kept["is_default"], kept["phone"]) == (True, "13700004321")
    phone.tap("查看订单")
    phone.at(DETAIL)
    phone.see("刻什么字：喝茶去")
    phone.picture("order-answers")


def test_what_stands_against_an_order_is_said(enter, own_shop):
    phone, shopper = enter("self-dan")
    shopper.with_address()
    phone.expect_trouble(r"status of 4(09|04|22) .*/api/v1/orders")
    line = shopper.must(201, "POST", "cart/items", {"sku": own_shop["skus"]["J-1"], "quantity": 2})
    check_out_of_cart(phone)
    other = Shopper(own_shop["api"], "self-bao").log_in().with_address()
    assert other.order([(own_shop["skus"]["J-1"], 2)]).status_code == 201
    phone.tap("提交订单")
    phone.see("只剩 1 件，请减少数量")
    phone.picture("checkout-too-few")

    [lost] = shopper.must(200, "GET", "addresses")["results"]
    shopper.must(200, "PATCH", f"cart/items/{line['key']}", {"quantity": 1})
    check_out_of_cart(phone)
    shopper.must(204, "DELETE", f"addresses/{lost['key']}")
    phone.tap("提交订单")
    phone.see("请添加收货地址")
    shopper.with_address()
    phone.tap("选择收货地址")
    phone.at("packages/member/address/address")
    phone.back()  # it has been written elsewhere
    phone.at(CHECKOUT)
    phone.see("文三路 1 号")

    unpaid = [shopper.order([(own_shop["skus"]["C-1"], 1)]).json()["number"] for _ in range(5)]
    phone.tap("提交订单")
    expect(phone.dialog).to_contain_text("待付款的订单太多了，请先付款或取消")
    phone.picture("checkout-too-many-unpaid")
    phone.answer("去看看")
    phone.at(ORDERS)
    phone.see("没有更多了")
    phone.tap("取消订单")
    phone.answer("取消订单")
    phone.wait("(data) => data.orders.length === 4")
    assert shopper.status(unpaid[-1]) == "CANCELLED"
    assert shopper.must(200, "GET", "me/counts")["unpaid"] == 4

    check_out_of_cart(phone)
    shopper.must(204, "DELETE", f"cart/items/{line['key']}")
    phone.tap("提交订单")
    expect(phone.dialog).to_contain_text("购物车有变动")
    phone.answer("回购物车")
    phone.at("pages/cart/cart")
    phone.see("购物车还是空的")
    assert shopper.must(200, "GET", "me/counts")["unpaid"] == 4


def check_out_cake(phone, shop):
    phone.open(f"/pages/product/product?key={shop['products']['N']}")
    phone.tap("立即购买")
    phone.tap("确定")
    phone.at(CHECKOUT)
    phone.see("文三路 1 号")


def test_a_new_price_is_agreed_to_and_what_is_gone_is_marked(product, enter, own_shop, tmp_path):
    phone, shopper = enter("self-jia")
    phone.expect_trouble("status of 409 .*/api/v1/orders")
    shopper.with_address()
    check_out_cake(phone, own_shop)
    import_goods(product, tmp_path, [DEARER_CAKE], "--update")
    phone.tap("提交订单")
    expect(phone.dialog).to_contain_text("现在需要付 ¥95")
    phone.picture("checkout-dearer")
    phone.answer("提交订单")
    phone.answer("取消")
    phone.see("还没有付款")
    check_out_cake(phone, own_shop)
    take_off_shelf(product, tmp_path, DEARER_CAKE)
    phone.tap("提交订单")
    phone.see("已下架")
    phone.picture("checkout-gone")
    assert [order["total"] for order in shopper.must(200, "GET", "orders")["results"]] == [9500]


def test_a_payment_that_fails_says_why_and_is_made_after_all(product, enter, own_shop):
    (phone, shopper), number = enter("self-hao"), own_shop["orders"]["hao-open"]
    phone.expect_trouble("status of 402 .*/h5/cashier", "ERR_FAILED", "status of 404 .*/orders/nothing")
    phone.open(f"/{DETAIL}?number=nothing").see("没有找到这笔订单")
    phone.tap("全部订单")
    phone.at(ORDERS)
    phone.tap("立即付款")
    phone.answer("取消")
    phone.hear("还没有付款")
    phone.context.route("**/pay", lambda route: route.abort())
    phone.tap("立即付款")
    phone.at("packages/order/result/result")
    phone.see("检查网络后再付一次，不会重复扣款")
    phone.context.unroute("**/pay")
    advice = {"balance": "可以在收银台换一张银行卡再付", "network timeout": "检查网络后再付一次"}
    for phone.refusal, words in advice.items():
        phone.refused_payments = 1
        phone.tap("继续付款")
        phone.answer("支付")
        phone.see(words)
    phone.picture("result-network")
    assert shopper.status(number) == "UNPAID"
    started = []
    phone.context.route("**/h5/cashier", lambda route: (started.append(route.request), route.fulfill(json={})))
    phone.tap("继续付款")
    phone.answer("支付")
    phone.answer("拒绝")
    phone.see("正在确认付款")
    phone.picture("result-pending")
    assert shopper.status(number) == "UNPAID"
    prepay = started[0].post_data_json["package"].removeprefix("prepay_id=")
    assert product.paysim("POST", "/_control/pay", prepay_id=prepay).status_code == 200
    phone.see("付款成功")
    assert shopper.must(200, "GET", f"orders/{number}")["paid"] == 2500
    phone.tap("回首页")
    phone.at("pages/home/home")


def test_orders_are_found_received_and_bought_again(product, enter, own_shop, tmp_path):
    (phone, shopper), numbers = enter("self-wan"), own_shop["orders"]
    shopper.with_address()
    phone.expect_trouble("status of 409 .*/api/v1/cart/items")
    take_off_shelf(product, tmp_path, TOWEL)
    for _ in range(6):
        given_up = shopper.order([(own_shop["skus"]["D-1"], 1)]).json()["number"]
        shopper.must(200, "POST", f"orders/{given_up}/cancel")
    phone.open(f"/{ORDERS}")
    phone.see("上拉加载更多")
    expect(phone.role("tab", "待收货")).to_have_text("待收货1")
    phone.picture("orders")
    phone.reach_end()
    phone.see("没有更多了")
    assert (len(phone.data["orders"]), shopper.must(200, "GET", "orders")["count"]) == (11, 11)
    phone.context.set_offline(True)
    phone.expect_trouble("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "WebSocket", "ERR_NETWORK_CHANGED")
    phone.pull()
    phone.hear("网络不太好")
    assert len(phone.data["orders"]) == 11
    phone.context.set_offline(False)

    phone.tap(phone.role("tab", "待收货"))
    phone.wait("(data) => data.orders.length === 1 && data.state === 'ready'")
    phone.tap("确认收货")
    phone.answer("再想想")
    phone.tap(phone.role("link", f"订单 {numbers['wan-sent']}"))
    phone.at(DETAIL)
    phone.see("YT8800020002")
    phone.tap("复制运单号")
    phone.hear("内容已复制")
    phone.page.wait_for_function(COPIED, arg="YT8800020002")
    phone.tap(phone.seen.get_by_role("button", name="联系客服"))
    phone.hear("客服会话")
    phone.pull()
    phone.back()
    phone.at(ORDERS)
    phone.tap("确认收货")
    phone.answer("确认收货")
    phone.see("这里还没有订单")
    assert shopper.status(numbers["wan-sent"]) == "COMPLETED"

    phone.tap(phone.role("tab", "已完成"))
    phone.wait("(data) => data.orders.length === 3 && data.state === 'ready'")
    buy_again(phone, numbers["wan-gone"])
    expect(phone.dialog).to_contain_text("这些商品现在都买不到了。")
    phone.answer("确定")
    buy_again(phone, numbers["wan-done"])
    expect(phone.dialog).to_contain_text("停产茶巾买不到了，其余已加入购物车。")
    phone.picture("order-again")
    phone.answer("确定")
    phone.at("pages/cart/cart")
    phone.see("白瓷盖碗")
    [line] = shopper.must(200, "GET", "cart")["items"]
    assert (line["sku"]["key"], line["quantity"]) == (own_shop["skus"]["C-1"], 2)
    phone.open(f"/{ORDERS}").tap(phone.role("link", "退款/售后"))
    phone.at("packages/order/after-sale/list/list")
    phone.see("没有售后记录")
    phone.tap("全部订单")
    phone.at(ORDERS)


def buy_again(phone, number):
    card = phone.seen.locator(".card", has=phone.page.get_by_role("link", name=number))
    phone.tap(card.get_by_role("button", name="再次购买"))


def test_cards_and_codes_are_shown_and_copied(enter, own_shop):
    (phone, shopper), number = enter("self-yue"), own_shop["orders"]["yue-cards"]
    said = shopper.must(200, "GET", f"orders/{number}/secrets")
    phone.open(f"/{DETAIL}?number={number}")
    phone.see("付款成功，无需发货")
    phone.see("可用 1 次，共 1 次")
    phone.picture("order-secrets")
    cards, code = said["cards"][0]["secrets"], said["services"][0]["code"]
    assert len(cards) == 2 and set(cards) < set(CODES)
    for button, words in (("复制卡密", cards[0]), ("复制券码", code), ("复制订单号", number)):
        phone.tap(button)
        phone.page.wait_for_function(COPIED, arg=words)
    shown = phone.seen.locator(".code").all_inner_texts()
    assert shown == [*cards, re.sub(r"(\d{4})(?=\d)", r"\1 ", code)]
    phone.open(f"/{DETAIL}?out_trade_no={own_shop['trades']['yue-cards']}")
    phone.see("付款成功，无需发货")
    assert phone.data["number"] == number
