"""Activities on shoppers' phones: a flash sale with a line in front of it, a bargain, a bundle, an add-on purchase."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.catalogue import row, sku
from tests.e2e.driver import Shopper
from tests.e2e.mini_program import pay, told

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

GOODS = [
    row("K", "玻璃冷水壶", "茶具", [sku("K-1", "1.2 升", "129.00", 40)]),
    row("C", "玻璃水杯", "茶具", [sku("C-1", "单只", "29.00", 40)]),
    row("G", "桂花乌龙", "茶叶", [sku("G-1", "100 克", "68.00", 40)]),
]
ACTIVITIES = """
import json
from datetime import timedelta
from django.utils import timezone
from shop.catalog.models import SKU
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.services import publish_activity
from tenants import registry
from tenants.context import using_shop

MADE = {
    "flash_sale": ({}, {"K-1": {"price": 3_900, "units": 1}, "C-1": {"price": 990, "units": 9}}, True),
    "bargain": ({"helpers": 2, "hours": 24, "pay_hours": 2}, {"G-1": {"price": 1_800, "units": 5}}, True),
    "bundle": ({"price": 19_900}, {"K-1": {"details": {"quantity": 1}}, "C-1": {"details": {"quantity": 4}}}, False),
    "add_on": ({"threshold": 12_000}, {"C-1": {"price": 500}}, False),
}
with using_shop(registry.by_slug("deals")):
    now, keys = timezone.now(), {}
    for tool, (rule, items, has_stock) in MADE.items():
        activity = Activity.objects.create(
            tool=tool, title="热闹一场", starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(days=3),
            rule=rule, scope={"all": True} if tool == "add_on" else {}, excludes=[1, 2, 3, 4], has_stock=has_stock,
        )
        for code, values in items.items():
            ActivityItem.objects.create(activity=activity, sku=SKU.objects.get(code=code), **values)
        publish_activity(activity, actor="walk")
        keys[tool] = activity.key
    print(json.dumps(keys))
"""


@pytest.fixture(scope="module")
def deals(product, tmp_path_factory):
    """The shop, and under `keys` its activities by tool."""
    made = product.create_shop("deals")
    folder = tmp_path_factory.mktemp("deals")
    (folder / "products.jsonl").write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in GOODS), "utf-8")
    product.manage("import_catalogue", "deals", folder, "--json")
    return {**made, "keys": json.loads(told(product, ACTIVITIES))}


@pytest.fixture
def buyer(phones, deals):
    """Makes shoppers with an address, each with a phone that is logged in."""

    def make(name):
        shopper = Shopper(deals["api"], name).log_in().with_address()
        phone = phones(name, deals)
        with phone.page.expect_response("**/auth/wechat-login"):
            phone.open("/packages/marketing/my-bargains/my-bargains")
        phone.see("还没有发起砍价")
        return shopper, phone

    return make


def to_pay(phone, fen):
    """Wait until the checkout asks for that."""
    phone.at("packages/order/checkout/checkout")
    phone.wait(f"(data) => data.quote && data.quote.total === {fen}")


def crowd(phone, key):
    """Let the first try to order find a crowd before it, as the shop tells it."""
    detail = {"activity": key, "position": 8, "retry_after": 2}
    body = {"code": "queueing", "message": "抢购的人太多，正在排队", "detail": detail, "request_id": "crowd"}

    def answer(route):
        route.fulfill(status=429, json=body) if route.request.method == "POST" else route.fallback()

    phone.expect_trouble("status of 429")
    phone.context.route("**/api/v1/orders", answer, times=1)


def test_a_flash_sale_is_waited_for_in_line_and_bought(buyer, deals):
    shopper, phone = buyer("阿抢")
    phone.open("/packages/marketing/flash-sale/flash-sale")
    phone.see("热闹一场")
    phone.picture("flash-sale")
    phone.tap(phone.role("button", "马上抢：玻璃冷水壶"))
    to_pay(phone, 3_900)
    phone.see("秒杀")
    phone.picture("flash-sale-checkout")
    crowd(phone, deals["keys"]["flash_sale"])
    phone.tap("提交订单")
    phone.see("抢购的人太多，正在排队")
    phone.picture("flash-sale-queue")
    phone.answer("支付")  # the line moved, and the order was placed without another tap
    phone.at("packages/order/result/result")
    phone.see("付款成功")
    (order,) = shopper.must(200, "GET", "orders")["results"]
    assert (order["total"], order["lines"][0]["activity"]) == (
        3_900,
        {"tool": "flash_sale", "key": deals["keys"]["flash_sale"]},
    )
    phone.open("/packages/marketing/flash-sale/flash-sale")
    phone.see("已抢光")
    expect(phone.role("button", "马上抢：玻璃水杯")).to_be_visible()
    phone.picture("flash-sale-sold")


def test_friends_cut_a_price_and_it_is_bought(buyer, deals):
    (owner, launcher), (_friend, friend) = buyer("阿砍"), buyer("阿帮")
    launcher.open(f"/packages/marketing/bargain/bargain?activity={deals['keys']['bargain']}")
    launcher.see("砍价规则")
    launcher.picture("bargain")
    launcher.tap("发起砍价")
    launcher.at("packages/marketing/cutting/cutting")
    launcher.see("还差 1 刀到最低价")
    launcher.picture("cutting")

    friend.open(
        f"/packages/marketing/cutting/cutting?key={launcher.data['bargain']['key']}"
    )  # the link that was shared
    friend.see("还差 1 刀到最低价")
    friend.picture("cutting-friend")
    friend.tap("帮好友砍一刀")
    friend.see("您帮好友砍掉了")
    expect(friend.seen.get_by_role("button", name="帮好友砍一刀")).to_have_count(0)
    friend.picture("cutting-helped")

    launcher.pull()
    launcher.see("砍到最低价了")
    launcher.picture("cutting-down")
    launcher.tap("立即购买")
    to_pay(launcher, 1_800)
    pay(launcher)
    (order,) = owner.must(200, "GET", "orders")["results"]
    assert order["total"] == 1_800
    launcher.open("/packages/marketing/my-bargains/my-bargains")
    launcher.see("已下单")
    launcher.picture("my-bargains")


def test_a_bundle_is_bought_whole_and_something_added_at_a_low_price(buyer, deals):
    shopper, phone = buyer("阿套")
    phone.open(f"/packages/marketing/bundle/bundle?activity={deals['keys']['bundle']}")
    phone.see("一套有 2 种商品")
    phone.picture("bundle")
    phone.tap("买整套")
    to_pay(phone, 19_900)
    phone.picture("bundle-checkout")
    pay(phone)

    phone.expect_trouble("status of 409 .*/checkout/preview")  # it is how the shop says what is missing
    phone.open(f"/packages/marketing/add-on/add-on?activity={deals['keys']['add_on']}")
    phone.see("还差 ¥120.00 就能换购")
    phone.picture("add-on-missing")
    product = shopper.must(200, "GET", "products?keyword=冷水壶")["results"][0]["key"]
    kettle = shopper.must(200, "GET", f"products/{product}")["skus"][0]["key"]
    shopper.must(201, "POST", "cart/items", {"sku": kettle, "quantity": 1})
    phone.pull()
    phone.see("已经可以换购")
    phone.tap(phone.role("checkbox", "玻璃水杯"))
    phone.picture("add-on")
    phone.tap("去结算")
    to_pay(phone, 13_400)
    phone.see("加价购")
    phone.picture("add-on-checkout")
    pay(phone)
    assert sorted(order["total"] for order in shopper.must(200, "GET", "orders")["results"]) == [13_400, 19_900]
    assert shopper.must(200, "GET", "cart")["items"] == []
