"""What the page of an order in the back office tells of what took money off it."""

from shop.members.models import Level
from shop.orders.models import OrderPromotion
from tests.factories import make_sku
from tests.promotions.activities import buy, make_activity
from tests.promotions.coupons import hold
from tests.shop.admin_browser import browser_of, owner


def test_the_page_of_an_order_names_what_took_how_much_off(shop, member):
    cup, tea = make_sku(price=20_000), make_sku(price=5_000)
    make_activity(items=[(cup, {"details": {"discount_bp": 1_000}})], title="周末九折")
    tiers = {"unit": "fen", "times": 1, "tiers": [{"threshold": 20_000, "minus": 3_000}]}
    make_activity("full_reduction", rule=tiers, scope={"all": True}, title="满减送")
    order = buy(member, (cup, 1), (tea, 1), coupons=[hold(member, title="新客券").key])
    page = browser_of(shop, owner()).get(f"/admin/orders/order/{order.pk}/change/")
    assert page.context["offers"] == [("限时折扣 · 周末九折", 2_000), ("满减送", 3_000), ("优惠券", 1_000)]
    assert sum(fen for _name, fen in page.context["offers"]) == order.discount
    assert "限时折扣 · 周末九折</span><span>−¥20.00" in page.content.decode()


def test_a_member_price_and_a_tool_that_is_gone_have_names_too(shop, member):
    member.level = Level.objects.create(name="金卡", threshold=0, discount_bp=500)
    member.save()
    order = buy(member, (make_sku(price=10_000), 1))
    OrderPromotion.objects.create(order=order, tool="third_party", ref="x", amount=1)
    page = browser_of(shop, owner()).get(f"/admin/orders/order/{order.pk}/change/")
    assert page.context["offers"] == [("会员价", 500), ("third_party", 1)]
