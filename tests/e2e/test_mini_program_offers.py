"""What a shop offers, on a shopper's phone: coupons claimed and used, a code redeemed, a limited-time price paid."""

import json

import pytest
from playwright.sync_api import expect

from tests.e2e.browsing import goods
from tests.e2e.catalogue import row, sku
from tests.e2e.driver import Shopper
from tests.e2e.mini_program import pay, told

pytestmark = [pytest.mark.stack, pytest.mark.timeout(120)]

BOWL, LAMP = "青瓷茶碗", "竹编台灯"
GOODS = [
    row("B", BOWL, "茶具", [sku("B-1", "小", "80.00", 40), sku("B-2", "大", "120.00", 40)]),
    row("L", LAMP, "灯具", [sku("L-1", "标准", "200.00", 40)]),
]
OFFERS = """
from datetime import timedelta
from django.utils import timezone
from shop.catalog.models import SKU
from shop.marketing.coupons.models import CouponTemplate
from shop.marketing.coupons.services import generate_codes, grouped, publish_template, save_template
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.services import publish_activity
from tenants import registry
from tenants.context import using_shop

with using_shop(registry.by_slug("offers")):
    for title, value, threshold in (("满百券", 1_000, 10_000), ("大额券", 2_500, 20_000), ("无门槛", 300, 0)):
        fields = {"title": title, "value": value, "threshold": threshold, "days_valid": 7, "most_per_member": 1}
        publish_template(save_template(CouponTemplate(**fields)))
    coded = save_template(CouponTemplate(title="兑换礼", value=5_000, days_valid=7, most_per_member=0, given="CODE"))
    publish_template(coded)
    now = timezone.now()
    limited = Activity.objects.create(
        tool="limited_discount", title="限时", starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(days=2)
    )
    for code, price in (("B-1", 6_600), ("B-2", 9_900)):
        ActivityItem.objects.create(activity=limited, sku=SKU.objects.get(code=code), price=price)
    publish_activity(limited, actor="walk")
    reduction = Activity.objects.create(
        tool="full_reduction", title="店庆满减", summary="满 300 元减 30 元", scope={"all": True},
        rule={"tiers": [{"threshold": 30_000, "minus": 3_000}]}, starts_at=now, ends_at=now + timedelta(days=2),
    )
    publish_activity(reduction, actor="walk")
    print(grouped(generate_codes(coded, 1, batch="walk")[0]))
"""


@pytest.fixture(scope="module")
def offers(product, tmp_path_factory):
    """The shop, and under `code` a code of it."""
    made = product.create_shop("offers")
    folder = tmp_path_factory.mktemp("offers")
    (folder / "products.jsonl").write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in GOODS), "utf-8")
    product.manage("import_catalogue", "offers", folder, "--json")
    return {**made, "code": told(product, OFFERS)}


@pytest.fixture
def phone(phones, offers):
    """A phone whose shopper is known and has an address, on the home page."""

    def make(name):
        Shopper(offers["api"], name).log_in().with_address()
        made = phones(name, offers)
        with made.page.expect_response("**/auth/wechat-login"):
            made.open("/packages/marketing/my-coupons/my-coupons")
        made.see("没有可用的优惠券")
        return made

    return make


def test_coupons_are_claimed_and_the_best_of_them_pays(phone):
    shopper = phone("领券的人")
    shopper.picture("my-coupons-empty")
    shopper.tap("去领券")
    shopper.at("packages/marketing/coupons/coupons")
    shopper.see("满 200 减 25")
    shopper.picture("coupon-centre")
    shopper.tap("领取：满百券")
    shopper.hear("领到了，下单时自动用上")
    shopper.tap("一键领取")
    shopper.hear("领到 2 张")
    expect(shopper.role("button", "去使用：大额券")).to_be_visible()
    shopper.tap("我的优惠券")
    shopper.at("packages/marketing/my-coupons/my-coupons")
    shopper.see("大额券")
    shopper.picture("my-coupons")
    shopper.open("/pages/home/home")
    shopper.tap(shopper.role("link", LAMP))
    shopper.at("pages/product/product")
    shopper.tap(shopper.role("button", "优惠券："))
    expect(shopper.seen.get_by_role("dialog").get_by_text("已领取").first).to_be_visible()
    shopper.picture("product-coupons")
    shopper.tap("关闭")
    shopper.tap("立即购买")
    shopper.tap(shopper.seen.get_by_role("dialog").get_by_role("button", name="确定"))
    shopper.at("packages/order/checkout/checkout")
    shopper.see("已选最优")
    shopper.wait("(data) => data.quote.total === 17_500")
    shopper.picture("checkout-claimed")
    pay(shopper)
    shopper.see("付款成功")
    shopper.open("/packages/marketing/my-coupons/my-coupons")
    shopper.tap(shopper.role("tab", "已使用"))
    shopper.see("大额券")
    shopper.tap("看订单：大额券")
    shopper.at("packages/order/detail/detail")
    shopper.see("¥175")


def test_a_code_is_redeemed_once(phone, offers):
    shopper = phone("有码的人")
    shopper.fill("兑换码", "没有这个码")
    shopper.expect_trouble("status of 404", "status of 409")
    shopper.tap("兑换")
    shopper.hear("兑换码")
    shopper.fill("兑换码", offers["code"].lower())
    shopper.tap("兑换")
    shopper.see("兑换礼")
    shopper.see("立减 50")
    shopper.fill("兑换码", offers["code"])
    shopper.tap("兑换")
    shopper.wait("(data) => data.code !== '' && !data.redeeming")
    assert len(shopper.data["rows"]) == 1


def test_a_limited_time_price_is_shown_and_paid(phone):
    shopper = phone("赶上的人")
    shopper.open("/pages/home/home")
    card = shopper.role("link", BOWL)
    expect(card).to_contain_text("限时折扣满减")
    expect(card).to_contain_text("¥66¥80.00")
    shopper.picture("home-limited")
    shopper.tap(f"加入购物车：{BOWL}")
    sheet = shopper.seen.get_by_role("dialog")
    expect(sheet).to_contain_text("¥66")
    shopper.picture("quick-add-limited")
    shopper.tap(sheet.get_by_role("button", name="关闭"))
    shopper.tap(card)
    shopper.at("pages/product/product")
    shopper.see("距结束")
    shopper.wait("(data) => data.product.price === 6_600 && data.product.list_price === 8_000")
    shopper.picture("product-limited")
    shopper.tap("立即购买")
    shopper.tap(shopper.role("radio", "大"))
    shopper.picture("sku-sheet-limited")
    shopper.tap(shopper.seen.get_by_role("dialog").get_by_role("button", name="确定"))
    shopper.at("packages/order/checkout/checkout")
    shopper.see("应付")
    shopper.wait("(data) => data.quote.total === 9_900")
    shopper.picture("checkout-limited")


def test_a_cart_leads_to_what_it_lacks_and_costs_what_the_checkout_asks(phone, offers):
    shopper, buyer = phone("凑单的人"), Shopper(offers["api"], "凑单的人").log_in()
    for title in (BOWL, LAMP):
        buyer.must(201, "POST", "cart/items", {"sku": goods(buyer, title)["skus"][0]["key"], "quantity": 1})
    shopper.open("/pages/cart/cart")
    shopper.see("店庆满减：还差 ¥34.00，可减 30 元")
    assert (shopper.data["totals"]["total"], shopper.data["price"]["total"]) == (28_000, 6_600 + 20_000)
    shopper.see("限时折扣")
    shopper.see("已优惠 ¥14.00")
    shopper.picture("cart-near")
    shopper.tap(shopper.role("link", "店庆满减"))
    shopper.at("pages/products/products")
    shopper.see("满 300 元减 30 元")
    shopper.see("还差 ¥34.00，可减 30 元")
    shopper.picture("products-near")
    shopper.tap(f"加入购物车：{LAMP}")
    shopper.see("已减 ¥30.00")
    shopper.picture("products-reached")
    shopper.tap("去购物车")
    shopper.at("pages/cart/cart")
    shopper.see("店庆满减：已减 ¥30.00")
    shopper.wait("(data) => data.price.total === 43_600 && !data.stale")
    shopper.picture("cart-reached")
    shopper.tap("结算 (3)")
    shopper.at("packages/order/checkout/checkout")
    shopper.see("应付")
    assert shopper.data["quote"]["total"] == 43_600
    pay(shopper)
    shopper.see("付款成功")
