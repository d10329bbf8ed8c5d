"""Without a network, and while the shop's server fails: every page says so, and a touch on 重试 brings it back."""

import pytest

from tests.e2e.driver import Shopper

pytestmark = [pytest.mark.stack, pytest.mark.timeout(120)]

NOISE = ("status of 50[03]", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_NETWORK_CHANGED", "WebSocket connection")
QUILT = "秋冬保暖澳洲羊毛被"
ORDERS = "/packages/order/orders/orders"
CHECKOUT = "/packages/order/checkout/checkout"


def break_off(phone, trouble):
    """Take the network away, or let every answer of the API be that status."""
    phone.expect_trouble(*NOISE)
    if trouble == "offline":
        phone.context.set_offline(True)
    else:
        phone.context.route("**/api/v1/**", lambda route: route.fulfill(status=trouble, body=""))


def restore(phone, trouble):
    if trouble == "offline":
        phone.context.set_offline(False)
    else:
        phone.context.unroute("**/api/v1/**")


@pytest.fixture
def product_key(phone_shop):
    shopper = Shopper(phone_shop["api"])
    return shopper.must(200, "GET", "products?keyword=羊毛被")["results"][0]["key"]


@pytest.fixture
def customer(phone_shop, product_key, request):
    """Who has an address, a line in the cart and an order."""
    shopper = Shopper(phone_shop["api"], request.node.name[-24:]).log_in().with_address()
    skus = shopper.must(200, "GET", f"products/{product_key}")["skus"]
    sku = next(each["key"] for each in skus if not each["sold_out"])
    assert shopper.order([(sku, 1)]).status_code == 201
    shopper.must(201, "POST", "cart/items", {"sku": sku, "quantity": 1})
    return shopper


@pytest.mark.parametrize("trouble", ["offline", 500, 503])
def test_pages_say_so_and_come_back(phones, customer, product_key, trouble):
    phone = phones(customer.name).open(ORDERS)  # which logs in; a stranger's cart needs no network
    phone.see("待付款")
    phone.open()
    phone.see(QUILT)
    phone.page.wait_for_load_state("networkidle")
    break_off(phone, trouble)
    pages = {
        "/pages/products/products?sort=-sales": "商品没有加载出来",
        f"/pages/product/product?key={product_key}": "商品没有加载出来",
        "/pages/cart/cart": "重试",
        CHECKOUT: "重试",
        ORDERS: "重试",
    }
    for path, words in pages.items():
        go(phone, path)
        phone.see(words)
        assert broken_pictures(phone) == []
        phone.picture(f"{path.split('?')[0].rpartition('/')[2]}-{trouble}")
        restore(phone, trouble)
        phone.tap("重试")
        phone.see(QUILT)
        break_off(phone, trouble)


def broken_pictures(phone):
    """Addresses of the pictures on the screen that could not be loaded."""
    found = "(all) => all.filter((one) => one.offsetParent && one.complete && !one.naturalWidth).map((one) => one.src)"
    return phone.page.locator("#mp img[src]").evaluate_all(found)


def go(phone, path):
    """As a link would; the tab of the cart is a tab."""
    if path == "/pages/cart/cart":
        phone.page.evaluate("(url) => wx.switchTab({ url })", path)
    else:
        phone.page.evaluate("(url) => wx.navigateTo({ url })", path)
    phone.at(path.split("?")[0].removeprefix("/"))


@pytest.mark.parametrize("trouble", [500, 503])
def test_the_home_page_says_so_and_comes_back(phones, trouble):
    phone = phones(f"home-{trouble}")
    break_off(phone, trouble)
    phone.open()
    phone.see("店铺没有加载出来")
    phone.picture(f"home-{trouble}")
    restore(phone, trouble)
    phone.tap("重试")
    phone.see(QUILT)


@pytest.mark.parametrize("trouble", [500, 503])
def test_a_home_page_seen_before_stays_painted(phones, trouble):
    phone = phones(f"again-{trouble}").open()
    phone.see(QUILT)
    break_off(phone, trouble)
    phone.open()
    phone.see(QUILT)
    phone.hear("店铺正忙" if trouble == 503 else "出了点问题")
    phone.see(QUILT)
    phone.picture(f"home-kept-{trouble}")


def test_a_home_page_refreshed_without_a_network_stays_painted(phones):
    phone = phones("refresh").open()
    phone.see(QUILT)
    break_off(phone, "offline")
    phone.page.evaluate("wx.startPullDownRefresh()")
    phone.hear("网络不太好")
    phone.see(QUILT)
