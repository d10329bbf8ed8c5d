"""Every page of the mini-program over the running product, as a shopper of the demonstration's goods sees it."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.driver import REPOSITORY
from tests.e2e.phone import PHONE, Phone
from tests.pages.furnished import LEADER, PAID, REVIEWED, SHIPPED, UNPAID, paint
from tests.pages.mini_checker import look

pytestmark = [pytest.mark.stack, pytest.mark.timeout(150)]

COLOUR = "#9f1239"
# Each page with data: name → (shopper, path, what it shows in the end)
PAGES = {
    "home": (REVIEWED, "pages/home/home", "新品专区"),
    "category": (REVIEWED, "pages/category/category", "已售"),
    "cart": (REVIEWED, "pages/cart/cart", "去凑单"),
    "me": (REVIEWED, "pages/me/me", "客服电话"),
    "products": (REVIEWED, "pages/products/products?sort=-sales&title=热销榜", "已售"),
    "products-found": (REVIEWED, "pages/products/products?keyword=碗", "已售"),
    "products-of-offer": (
        REVIEWED,
        "pages/products/products?promotion={reduction}&title=冬日满减&note=满 5000 元减 200 元",
        "还差",
    ),
    "search": (REVIEWED, "pages/search/search", "大家在搜"),
    "product": (REVIEWED, "pages/product/product?key={product}", "立即购买"),
    "product-reviewed": (REVIEWED, "pages/product/product?key={reviewed}", "立即购买"),
    "checkout": (REVIEWED, "packages/order/checkout/checkout", "应付"),
    "result-paid": (PAID, "packages/order/result/result?number={zhouning}", "付款成功"),
    "result-unpaid": (UNPAID, "packages/order/result/result?number={hejia}", "付款"),
    "orders": (REVIEWED, "packages/order/orders/orders", "共"),
    "order-completed": (REVIEWED, "packages/order/detail/detail?number={linwei}", "已完成"),
    "order-shipped": (SHIPPED, "packages/order/detail/detail?number={chenxi}", "SF1300010002"),
    "order-paid": (PAID, "packages/order/detail/detail?number={zhouning}", "待发货"),
    "order-unpaid": (UNPAID, "packages/order/detail/detail?number={hejia}", "待付款"),
    "review": (REVIEWED, "packages/order/review/review?number={linwei}", "评价"),
    "after-sale-apply": (PAID, "packages/order/after-sale/apply/apply?number={zhouning}", "请选择"),
    "after-sales": (SHIPPED, "packages/order/after-sale/list/list", "等待商家处理"),
    "after-sale": (SHIPPED, "packages/order/after-sale/detail/detail?number={complaint}", "等待商家处理"),
    "after-sale-refunded": (REVIEWED, "packages/order/after-sale/detail/detail?number={refunded}", "已退款"),
    "addresses": (REVIEWED, "packages/member/addresses/addresses", "青竹里"),
    "address": (REVIEWED, "packages/member/address/address", "保存"),
    "address-kept": (REVIEWED, "packages/member/address/address?key={address}", "保存"),
    "favourites": (REVIEWED, "packages/member/favourites/favourites", "已售"),
    "footprints": (REVIEWED, "packages/member/footprints/footprints", "管理"),
    "profile": (REVIEWED, "packages/member/profile/profile", "保存"),
    "agreement": (REVIEWED, "packages/member/agreement/agreement?kind=user", "协议"),
    "help": (REVIEWED, "packages/member/help/help", "怎么"),
    "reviews": (REVIEWED, "packages/member/reviews/reviews", "被子蓬松"),
    "points": (REVIEWED, "packages/member/points/points", "可用积分"),
    "append": (REVIEWED, "packages/member/append/append?key={review}&title=澳洲羊毛冬被", "追评"),
    "coupon-centre": (REVIEWED, "packages/marketing/coupons/coupons", "包邮券"),
    "my-coupons": (REVIEWED, "packages/marketing/my-coupons/my-coupons", "立冬换新"),
    "group-buy": (REVIEWED, "packages/marketing/group-buy/group-buy?activity={group_buy}", "正在等人"),
    "group": (REVIEWED, "packages/marketing/group/group?key={group}", "立即参团"),
    "group-own": (LEADER, "packages/marketing/group/group?key={group}", "邀请好友"),
    "group-order": (LEADER, "packages/order/detail/detail?number={group_order}", "待成团"),
    "my-groups": (LEADER, "packages/marketing/my-groups/my-groups", "拼团中"),
    "flash-sale": (REVIEWED, "packages/marketing/flash-sale/flash-sale", "马上抢"),
    "flash-sale-next": (REVIEWED, "packages/marketing/flash-sale/flash-sale?activity={flash_next}", "即将开抢"),
    "bargain": (REVIEWED, "packages/marketing/bargain/bargain?activity={bargain}", "继续砍价"),
    "cutting": (REVIEWED, "packages/marketing/cutting/cutting?key={cutting}", "请好友砍一刀"),
    "cutting-friend": (PAID, "packages/marketing/cutting/cutting?key={cutting}", "帮好友砍一刀"),
    "my-bargains": (REVIEWED, "packages/marketing/my-bargains/my-bargains", "砍价中"),
    "bundle": (REVIEWED, "packages/marketing/bundle/bundle?activity={bundle}", "买整套"),
    "add-on": (REVIEWED, "packages/marketing/add-on/add-on?activity={add_on}", "已经可以换购"),
}
EMPTY = {
    "products-empty": ("pages/products/products?keyword=qqzzqq", "没有找到"),
    "cart-empty": ("pages/cart/cart", "购物车还是空的"),
    "orders-empty": ("packages/order/orders/orders", "还没有"),
    "addresses-empty": ("packages/member/addresses/addresses", "还没有收货地址"),
    "after-sales-empty": ("packages/order/after-sale/list/list", "没有售后记录"),
    "favourites-empty": ("packages/member/favourites/favourites", "还没有收藏商品"),
    "footprints-empty": ("packages/member/footprints/footprints", "还没有看过商品"),
    "points-empty": ("packages/member/points/points", "还没有积分"),
    "reviews-empty": ("packages/member/reviews/reviews", "还没有"),
    "my-groups-empty": ("packages/marketing/my-groups/my-groups", "还没有参加拼团"),
    "my-bargains-empty": ("packages/marketing/my-bargains/my-bargains", "还没有发起砍价"),
    "bargain-over": ("packages/marketing/bargain/bargain?activity=qqqqqqqqqq", "已经结束"),
    "bundle-over": ("packages/marketing/bundle/bundle?activity=qqqqqqqqqq", "已经结束"),
    "add-on-over": ("packages/marketing/add-on/add-on?activity=qqqqqqqqqq", "已经结束"),
    "group-buy-over": ("packages/marketing/group-buy/group-buy?activity=qqqqqqqqqq", "已经结束"),
}
FAILED = {
    "home-failed": "pages/home/home",
    "products-failed": "pages/products/products",
    "cart-failed": "pages/cart/cart",
    "orders-failed": "packages/order/orders/orders",
    "points-failed": "packages/member/points/points",
    "addresses-failed": "packages/member/addresses/addresses",
    "coupon-centre-failed": "packages/marketing/coupons/coupons",
    "my-coupons-failed": "packages/marketing/my-coupons/my-coupons",
    "group-buy-failed": "packages/marketing/group-buy/group-buy?activity=qqqqqqqqqq",
    "group-failed": "packages/marketing/group/group?key=qqqqqqqqqq",
    "flash-sale-failed": "packages/marketing/flash-sale/flash-sale",
    "cutting-failed": "packages/marketing/cutting/cutting?key=qqqqqqqqqq",
    "my-bargains-failed": "packages/marketing/my-bargains/my-bargains",
}
PACKAGES = ("pages/", "packages/order/", "packages/member/", "packages/marketing/")
NARROW = (
    "home",
    "product",
    "cart",
    "checkout",
    "coupon-centre",
    "group-buy",
    "group",
    "flash-sale",
    "cutting",
    "bundle",
)
BROKEN = {
    "clipped": ".tab-words, .words, .note { width: 20px !important; overflow: hidden; white-space: nowrap; }",
    "target": ".button { min-height: 20px !important; height: 20px; }",
    "contrast": ".words { color: #ccc !important; }",
    "overflow": ".state { width: 900px; }",
    "overlap": ".state .words { margin-bottom: -28px !important; }",
}


@pytest.fixture
def shop(furnished):
    return furnished


@pytest.fixture
def phones(browser, product, shop, compiled):
    """Makes phones of a width; in the end, whatever went wrong in any of them fails the test."""
    made = []

    def make(name, width=390):
        made.append(Phone(browser, product, shop, name))
        made[-1].page.set_viewport_size({"width": width, "height": PHONE["viewport"]["height"]})
        return made[-1]

    yield make
    found = sorted({problem for phone in made for problem in phone.unexpected()})
    for phone in made:
        phone.close()
    assert found == [], "\n".join(found)


def log_in(phone):
    """Open what only a member sees: the phone logs in by itself."""
    with phone.page.expect_response("**/auth/wechat-login"):
        phone.open("/packages/order/orders/orders")
    show(phone, "packages/order/orders/orders", "全部")
    return phone


def show(phone, path, words):
    """Open the page as a link from elsewhere would; the checkout takes what the cart says."""
    if "checkout" in path:
        phone.open("/pages/cart/cart").see("合计")
        phone.tap(phone.seen.get_by_role("button", name="结算"))
    else:
        phone.open(f"/{path}")
    phone.at(path.split("?")[0])
    phone.see(words)
    expect(phone.seen.get_by_label("正在加载")).to_have_count(0)


def problems(phones, shop, names, width=390, note=""):
    """What is wrong with these pages, each shopper's on their own phone."""
    found, own = [], {}
    for name in names:
        shopper, path, words = PAGES[name]
        phone = own.get(shopper) or own.setdefault(shopper, log_in(phones(shopper, width)))
        show(phone, path.format(**shop["keys"]), words)
        found += look(phone, name + note)
    return found


def test_every_page_is_looked_at():
    told = json.loads((REPOSITORY / "miniprogram_template/app/app.json").read_text("utf-8"))
    known = set(told["pages"]) | {f"{each['root']}/{page}" for each in told["subPackages"] for page in each["pages"]}
    assert {path.split("?")[0] for _shopper, path, _words in PAGES.values()} == known


@pytest.mark.parametrize("package", PACKAGES)
def test_pages_with_data(phones, shop, package):
    found = problems(phones, shop, [name for name, (_, path, _) in PAGES.items() if path.startswith(package)])
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("width", [320, 430])
def test_pages_on_narrow_and_on_wide_phones(phones, shop, width):
    found = problems(phones, shop, NARROW, width)
    assert found == [], "\n".join(found)


def test_pages_with_nothing_on_them(phones):
    phone, found = log_in(phones("nobody-yet")), []
    phone.expect_trouble("status of 404 .*/api/v1/activities/")
    for name, (path, words) in EMPTY.items():
        show(phone, path, words)
        found += look(phone, name)
    assert found == [], "\n".join(found)


def test_a_home_page_without_goods(phones):
    phone = phones("visitor")
    empty = {"banners": [], "entries": [], "strips": [], "hot": [], "new": []}
    phone.context.route("**/api/v1/home", lambda route: route.fulfill(json=empty))
    show(phone, "pages/home/home", "店铺正在准备中")
    assert look(phone, "home-empty") == []


def test_pages_that_did_not_load(phones):
    phone, found = log_in(phones("failed")), []
    phone.expect_trouble("status of 500")
    phone.context.route("**/api/v1/**", lambda route: route.fulfill(status=500, body=""))
    for name, path in FAILED.items():
        show(phone, path, "重试")
        found += look(phone, name)
    assert found == [], "\n".join(found)


def test_a_shop_in_a_colour_of_its_own(phones, product, shop):
    paint(product, shop["slug"], COLOUR)
    found = problems(phones, shop, NARROW, note="-coloured")
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_page_is_told(phones, kind):
    phone = phones("nobody-yet")
    show(phone, "packages/member/addresses/addresses", "还没有收货地址")
    assert look(phone, "control") == []
    phone.page.add_style_tag(content=BROKEN[kind])
    assert any(kind in problem for problem in look(phone, "control"))


def test_what_nobody_could_read_or_see_is_told(phones):
    phone = phones("nobody-yet")
    show(phone, "packages/member/addresses/addresses", "还没有收货地址")
    phone.page.evaluate(
        """() => document.querySelector(".mp-view:not([hide]) wx-page").insertAdjacentHTML("beforeend", `
          <button style="width: 60px; height: 60px"></button><img src="data:image/png;base64,AA==">`)"""
    )
    found = look(phone, "control")
    assert [each.split(": ", 1)[1] for each in found if "label" in each] == ["no label: button"]
    assert any("broken picture" in each for each in found)
