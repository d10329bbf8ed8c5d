"""Refunds of virtual goods give back what their units took of promotions and points."""

import pytest

from payments.services.settling import settle
from shop.core.models import ShopSettings
from shop.ledgers.models import Account
from shop.ledgers.services import Cause, post
from shop.promotions.models import Use
from shop.virtual import services as virtual
from shop.virtual.models import CardSecret, ServiceCode
from tests.factories import broken, make_address, make_member
from tests.payments.conftest import money, paysim  # noqa: F401
from tests.promotions.activities import buy, make_activity
from tests.promotions.coupons import hold, state
from tests.shop.selling import hear_paid, make_card, make_service


@pytest.fixture
def member(shop):
    ShopSettings.objects.update(points_on=True, points_earned_per_yuan=2, points_per_yuan=100, points_most_bp=5_000)
    made = make_member()
    made.address = make_address(made)
    return made


def bought(member, money, *items, **fields):  # noqa: F811
    order = buy(member, *items, **fields)
    settle(money.receipt(money.pay(order)))
    hear_paid(order)
    return order


def used(activity):
    return sum(Use.objects.filter(activity=activity, kind="MEMBER").values_list("units", flat=True))


def test_units_of_a_service_give_back_points_and_the_last_its_coupon_and_limit(member, money):  # noqa: F811
    post(member.pk, 1_000, cause=Cause.ADJUSTED, key="start")
    sku, coupon = make_service(price=10_000), hold(member, value=1_000, threshold=10_000)
    activity = make_activity(items=[(sku, {"price": 9_000})], most_per_member=3)
    order = bought(member, money, (sku, 3), coupons=(coupon.key,), points=900)
    assert (order.total, used(activity), Account.objects.get().balance) == (27_000 - 1_000 - 900, 3, 100)
    code = ServiceCode.objects.get()
    virtual.refund_service(code, 1, reason="退", actor="test")
    assert (used(activity), Account.objects.get().balance, state(coupon)) == (3, 400, ("USED", order.number))
    assert broken() == {}
    virtual.refund_service(code, 2, reason="退", actor="test")
    assert (used(activity), Account.objects.get().balance, state(coupon)) == (0, 1_000, ("UNUSED", ""))
    assert broken() == {}


def test_a_refunded_card_takes_back_the_points_that_it_earned(member, money):  # noqa: F811
    card = make_card(price=10_000)
    activity = make_activity(
        "flash_sale", items=[(card, {"price": 9_000, "units": 3})], has_stock=True, most_per_member=2
    )
    order = bought(member, money, (card, 2), activity=activity)
    order.refresh_from_db()
    assert (order.state, Account.objects.get().balance, used(activity)) == ("COMPLETED", 360, 2)
    virtual.refund_card(CardSecret.objects.filter(state="SOLD").first(), reason="退", actor="test", force=True)
    assert (Account.objects.get().balance, used(activity)) == (180, 1)
    assert broken() == {}
