"""Group buys on the shoppers' phones: one opens a group, others join and it is sent; another fails and is refunded."""

import pytest
from playwright.sync_api import expect

from tests.e2e.driver import Shopper, wait_until
from tests.e2e.mini_program import pay, ship, told

pytestmark = [pytest.mark.stack, pytest.mark.timeout(180)]

PILLOW = "泰国乳胶枕"
ACTIVITY = """
from datetime import timedelta
from django.utils import timezone
from shop.catalog.models import SKU
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.services import publish_activity
from tenants import registry
from tenants.context import using_shop

with using_shop(registry.by_slug("phone")):
    now = timezone.now()
    activity = Activity.objects.create(
        tool="group_buy", title="好友拼团", starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(days=3),
        rule={"sizes": [3, 2], "hours": 24, "when_full": "OPEN"}, excludes=[1, 2, 3, 4], has_stock=True,
    )
    sku = SKU.objects.get(code="P-1")
    ActivityItem.objects.create(activity=activity, sku=sku, price=6_900, units=12, details={"prices": [6_900, 7_900]})
    publish_activity(activity, actor="walk")
    print(activity.key)
"""
END = """
from django.utils import timezone
from shop.marketing.group_buy.models import Group
from tenants import registry
from tenants.context import using_shop
from tenants.models import Due

with using_shop(registry.by_slug("phone")):
    Group.objects.filter(key="{key}").update(expires_at=timezone.now())
    Due.objects.filter(kind="group_buy.expire", ref="{key}").update(run_at=timezone.now())
"""


@pytest.fixture(scope="module")
def activity(product, phone_shop):
    return told(product, ACTIVITY)


@pytest.fixture
def buyer(phones, phone_shop):
    """Makes shoppers with an address, each with a phone that is logged in."""

    def make(name):
        shopper = Shopper(phone_shop["api"], name).log_in().with_address()
        phone = phones(name)
        with phone.page.expect_response("**/auth/wechat-login"):
            phone.open("/packages/marketing/my-groups/my-groups")
        phone.see("还没有参加拼团")
        return shopper, phone

    return make


def opened(phone, activity, size="3 人团"):
    """Open a group from the activity's page; returns its key."""
    phone.open(f"/packages/marketing/group-buy/group-buy?activity={activity}")
    phone.see("拼团规则")
    phone.tap(phone.role("radio", size))
    phone.picture("group-buy")
    phone.tap("发起拼团")
    phone.at("packages/order/checkout/checkout")
    phone.see("文三路")
    phone.picture("group-checkout")
    pay(phone)
    phone.see("人成团，快邀请好友一起买")
    phone.picture("group-result")
    phone.tap("邀请好友")
    phone.at("packages/marketing/group/group")
    phone.see("邀请好友一起买，凑齐就发货")
    return phone.data["group"]["key"]


def test_three_buy_together_and_the_goods_are_sent(buyer, desk, phone_shop, activity):
    (first, leader), (second, guest), (third, stranger) = [buyer(name) for name in ("阿领", "阿随", "阿路")]
    key = opened(leader, activity)
    leader.see("还差 2 人成团")
    leader.picture("group-open")

    guest.open(f"/packages/marketing/group/group?key={key}")  # the link that the leader shared
    guest.see("付款后就能参团，没有凑齐会自动退款")
    guest.picture("group-join")
    guest.tap("立即参团")
    guest.at("packages/order/checkout/checkout")
    guest.see("¥69")
    pay(guest)
    guest.see("还差 1 人成团，快邀请好友一起买")

    stranger.open(f"/packages/marketing/group-buy/group-buy?activity={activity}")
    stranger.see("1 个团正在等人，可直接参加")
    stranger.picture("group-buy-open")
    stranger.tap("参加还差 1 人的团")
    stranger.at("packages/marketing/group/group")
    stranger.tap("立即参团")
    stranger.at("packages/order/checkout/checkout")
    pay(stranger)
    stranger.tap("查看拼团")
    stranger.see("拼团成功")
    stranger.picture("group-complete")

    leader.pull()
    leader.see("商家会尽快发货")
    numbers = [shopper.must(200, "GET", "orders")["results"][0]["number"] for shopper in (first, second, third)]
    for shopper, number in zip((first, second, third), numbers, strict=True):
        shopper.wait_for(number, "TO_SHIP")
    leader.tap("查看订单")
    leader.at("packages/order/detail/detail")
    leader.see("已成团")
    ship(desk, phone_shop, numbers[0], "YT6900000001")
    leader.pull()
    leader.see("待收货")
    leader.picture("group-order")


def test_a_group_that_stays_incomplete_is_refunded_and_says_so(buyer, product, activity):
    shopper, phone = buyer("阿等")
    key = opened(phone, activity, "2 人团")
    phone.see("还差 1 人成团")
    told(product, END.format(key=key))
    (order,) = shopper.must(200, "GET", "orders")["results"]
    wait_until(lambda: shopper.must(200, "GET", f"orders/{order['number']}")["refunded"] == 7_900, 30, "the refund")
    phone.pull()
    phone.see("没有凑齐人数，您付的钱会原路退回")
    phone.picture("group-failed")
    phone.tap("查看订单")
    phone.at("packages/order/detail/detail")
    phone.see("拼团没有成功，付过的钱已原路退回")
    phone.see("已退款")
    phone.picture("group-failed-order")
    phone.open("/packages/marketing/my-groups/my-groups")
    phone.see("没有成团")
    phone.picture("my-groups")
    expect(phone.seen.get_by_text("2 人团")).to_be_visible()
