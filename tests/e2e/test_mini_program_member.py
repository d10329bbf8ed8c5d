"""A member's own pages over the running product: each with real data, and one act on each."""

import pytest
from playwright.sync_api import expect

from tests.e2e.driver import Shopper
from tests.e2e.mini_program import PASTED, pay

pytestmark = [pytest.mark.stack, pytest.mark.timeout(120)]

PILLOW = "泰国乳胶枕"
REWARD = """
from shop.core.models import ShopSettings
from shop.ledgers.services import post
from shop.members.models import Level, Member
from tenants import registry
from tenants.context import using_shop

with using_shop(registry.by_slug("phone")):
    ShopSettings.objects.update(points_on=True, points_earned_per_yuan=1, points_per_yuan=100, points_most_bp=5_000)
    level, _made = Level.objects.get_or_create(name="银卡", defaults={{"threshold": 1, "discount_bp": 500}})
    member = Member.objects.get(key="{key}")
    Member.objects.filter(pk=member.pk).update(level=level)
    post(member.pk, 1_000, cause="ADJUSTED", key="walk:{key}", note="开业礼")
"""

COUPONS = """
from shop.marketing.coupons.models import Coupon, CouponTemplate
from shop.marketing.coupons.services import publish_template, save_template
from shop.marketing.coupons.services.granting import give
from shop.members.models import Member
from tenants import registry
from tenants.context import using_shop

with using_shop(registry.by_slug("phone")):
    member = Member.objects.get(key="{key}")
    for title, value, threshold in (("小券", 300, 0), ("大券", 1_200, 5_000), ("满千券", 9_000, 100_000)):
        template = save_template(
            CouponTemplate(title=title, value=value, threshold=threshold, days_valid=7, most_per_member=0)
        )
        publish_template(template)
        give(template, [(member.pk, "walk:" + title + "{key}")], Coupon.Source.ISSUE)
"""


@pytest.fixture
def member(phone_shop, request):
    return Shopper(phone_shop["api"], request.node.name[-24:]).log_in()


@pytest.fixture
def silver(product, member):
    """The member, with a level that takes off 5 % and 1,000 points; an address too."""
    script = REWARD.format(key=member.must(200, "GET", "me")["key"])
    done = product.manage("shell", "-v", "0", "-c", script, check=False)
    assert done.returncode == 0, done.stderr
    return member.with_address()


@pytest.fixture
def phone(phones, member):
    """A phone on the member's own tab, after a look at the pillow."""
    made = phones(member.name).open()
    made.tap(made.role("link", PILLOW))
    made.at("pages/product/product")
    made.see("还没有评价")
    made.tap("收藏")
    made.hear("已收藏")
    made.back()
    made.tap(made.role("link", PILLOW))  # who is known by now, so that this look is kept
    made.at("pages/product/product")
    made.tap("首页")
    made.at("pages/home/home")
    made.tab("我的")
    made.at("pages/me/me")
    return made


def open_entry(phone, name):
    phone.tap(phone.role("link", name))


def test_a_favourite_is_seen_and_dropped(phone, member):
    open_entry(phone, "我的收藏")
    phone.at("packages/member/favourites/favourites")
    phone.see(PILLOW)
    phone.picture("favourites")
    phone.tap(f"取消收藏：{PILLOW}")
    phone.see("还没有收藏商品")
    assert member.must(200, "GET", "favourites")["results"] == []


def test_a_footprint_is_seen_and_removed(phone, member):
    open_entry(phone, "浏览足迹")
    phone.at("packages/member/footprints/footprints")
    phone.see(PILLOW)
    phone.tap("管理")
    phone.picture("footprints")
    phone.tap(f"删除 {PILLOW}")
    phone.see("还没有看过商品")
    assert member.must(200, "GET", "footprints")["results"] == []


def test_an_address_is_written_and_deleted(phone, member):
    open_entry(phone, "收货地址")
    phone.at("packages/member/addresses/addresses")
    phone.see("还没有收货地址")
    phone.tap("新增地址")
    phone.at("packages/member/address/address")
    phone.fill("粘贴整段地址", PASTED)
    phone.tap("识别")
    phone.see("广东省 深圳市 南山区")
    phone.tap("保存")
    phone.at("packages/member/addresses/addresses")
    phone.see("科技园路 8 号 2 栋 301")
    phone.picture("addresses")
    [kept] = member.must(200, "GET", "addresses")["results"]
    assert (kept["name"], kept["phone"], kept["district"]) == ("李小荔", "13900001234", "南山区")
    phone.tap("删除")
    phone.answer("删除")
    phone.see("还没有收货地址")
    assert member.must(200, "GET", "addresses")["results"] == []


def test_a_name_and_a_phone_number_are_kept(phone, member):
    phone.tap(phone.role("link", "个人资料"))
    phone.at("packages/member/profile/profile")
    phone.see("还没有绑定手机号")
    phone.fill("昵称", "爱喝茶的小荔")
    phone.tap("保存")
    phone.hear("已保存")
    phone.tap("绑定手机号")
    phone.see("手机号尾号")
    phone.picture("profile")
    phone.back()
    phone.at("pages/me/me")
    phone.see("爱喝茶的小荔")
    phone.picture("me")
    kept = member.must(200, "GET", "me")
    assert (kept["nickname"], kept["phone_last4"]) == ("爱喝茶的小荔", "1234")


def test_help_and_agreements_are_read(phone):
    open_entry(phone, "帮助")
    phone.at("packages/member/help/help")
    question = phone.seen.get_by_role("button").first
    expect(question).to_have_attribute("aria-expanded", "false")
    phone.tap(question)
    expect(question).to_have_attribute("aria-expanded", "true")
    phone.picture("help")
    for name in ("用户协议", "隐私政策"):
        phone.back()
        phone.at("pages/me/me")
        open_entry(phone, name)
        phone.at("packages/member/agreement/agreement")
        phone.wait("(data) => data.state === 'ready'")
        phone.picture(f"agreement-{'user' if name == '用户协议' else 'privacy'}")


def test_an_account_is_cancelled_after_two_questions(phone, member):
    phone.tap(phone.role("link", "个人资料"))
    phone.at("packages/member/profile/profile")
    phone.tap("注销账号")
    phone.answer("继续")
    phone.answer("取消")
    assert len(member.must(200, "GET", "favourites")["results"]) == 1
    phone.tap("注销账号")
    phone.picture("account-cancel")
    phone.answer("继续")
    phone.answer("确认注销")
    phone.at("pages/me/me")
    phone.see("欢迎光临")
    assert member.call("GET", "favourites").status_code == 401
    assert member.log_in().must(200, "GET", "favourites")["results"] == []


def test_points_pay_for_an_order_and_come_back_when_it_is_cancelled(phones, silver):
    phone = phones(silver.name)
    phone.open("/packages/member/points/points").see("开业礼")
    assert (phone.data["balance"], [row["change"] for row in phone.data["rows"]]) == (1000, ["+1000"])
    phone.open()
    phone.tap(phone.role("link", PILLOW))
    phone.at("pages/product/product")
    phone.see("银卡会员价")
    assert (phone.data["product"]["price"], phone.data["memberPrice"]["price"]) == (9900, 9405)
    phone.picture("product-member-price")
    phone.tap("立即购买")
    phone.tap(phone.seen.get_by_role("dialog").get_by_role("button", name="确定"))
    phone.at("packages/order/checkout/checkout")
    phone.see("可用 1000 积分抵 ¥10.00")
    assert (phone.data["quote"]["discount"], phone.data["quote"]["total"]) == (495, 9405)
    phone.tap(phone.role("switch", "用积分抵扣"))
    phone.see("完成后可得 84 积分")
    told = [(row["title"], row["amount"]) for row in phone.data["discounts"]]
    assert (told, phone.data["quote"]["total"]) == ([("会员价", 495), ("积分抵扣", 1000)], 8405)
    phone.picture("checkout-points")
    pay(phone, "取消")
    phone.tap("查看订单")
    phone.at("packages/order/detail/detail")
    phone.see("使用积分")
    assert [row["amount"] for row in phone.data["points"]] == [1000, 84]
    phone.picture("order-points")
    number = phone.data["number"]
    assert (silver.must(200, "GET", "me/points")["balance"], silver.status(number)) == (0, "UNPAID")
    phone.tap("取消订单")
    phone.answer("取消订单")
    phone.wait("(data) => data.order.status === 'CANCELLED'")
    assert [row["amount"] for row in phone.data["points"]] == [1000]
    phone.open("/pages/me/me").see("银卡")
    phone.see("1000 ›")
    phone.picture("me-points")
    phone.tap(phone.role("link", "积分"))
    phone.at("packages/member/points/points")
    phone.see("抵扣退回")
    assert (phone.data["balance"], [row["change"] for row in phone.data["rows"]]) == (1000, ["+1000", "−1000", "+1000"])
    phone.picture("points")
    phone.tap(phone.role("link", "抵扣退回"))
    phone.at("packages/order/detail/detail")
    phone.see(number)


@pytest.fixture
def holder(product, member):
    """The member with three coupons, one of them for more than the pillow; an address too."""
    script = COUPONS.format(key=member.must(200, "GET", "me")["key"])
    done = product.manage("shell", "-v", "0", "-c", script, check=False)
    assert done.returncode == 0, done.stderr
    return member.with_address()


def test_the_best_coupon_is_offered_another_may_be_chosen_and_pays(phones, holder):
    phone = phones(holder.name)
    phone.open()
    phone.tap(phone.role("link", PILLOW))
    phone.at("pages/product/product")
    phone.tap("立即购买")
    phone.tap(phone.seen.get_by_role("dialog").get_by_role("button", name="确定"))
    phone.at("packages/order/checkout/checkout")
    phone.see("已选最优")
    assert (phone.data["coupons"]["saved"], phone.data["quote"]["total"]) == (1_200, 9_900 - 1_200)
    phone.picture("checkout-coupons")
    phone.tap(phone.role("button", "优惠券"))
    phone.see("可省 ¥3.00")
    phone.see("还差 ¥901.00")
    phone.picture("checkout-coupon-sheet")
    phone.expect_trouble(r"status of 409 .*/checkout/preview")  # the two do not go together: the second is taken alone
    phone.tap(phone.role("checkbox", "立减 3"))
    phone.wait("(data) => data.coupons.saved === 300")
    phone.tap("不用")
    phone.wait("(data) => data.coupons.saved === 0 && data.quote.total === 9900")
    phone.tap("用最优")
    phone.wait("(data) => data.coupons.saved === 1200")
    phone.tap(phone.seen.get_by_role("dialog").get_by_role("button", name="确定"))
    pay(phone)
    phone.wait("(data) => data.outcome === 'PAID'")
    used = holder.must(200, "GET", "me/coupons?state=used")["results"]
    assert [row["title"] for row in used] == ["大券"]
