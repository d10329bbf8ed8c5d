"""A line that promotions took down to nothing: it is sent back like any other, and no money moves for it."""

import pytest

from payments.models import Refund
from payments.services.settling import settle
from shop.aftersale import services
from shop.core.errors import ShopError
from shop.orders.models import Order
from shop.pricing.models import FreightRule
from tests.factories import broken, make_sku
from tests.payments.conftest import money, paysim  # noqa: F401
from tests.promotions.activities import buy
from tests.promotions.coupons import hold, state
from tests.shop.after_sales import ask, line, pay_back
from tests.shop.after_sales import state as state_of

FREIGHT = 500


@pytest.fixture
def paid(member, money):  # noqa: F811
    """What makes a paid order of tea for 101 fen and a ribbon for nothing: a coupon of 900 fen takes its only one."""

    def pay(freight):
        FreightRule.objects.update(first_fee=freight, extra_fee=0)
        coupon = hold(member, value=900, threshold=0)
        placed = buy(member, (make_sku(price=1_000), 1), (make_sku(price=1), 1), coupons=[coupon.key])
        assert [each.total for each in placed.lines.all()] == [101, 0]
        settle(money.receipt(money.pay(placed)))
        return Order.objects.select_related("member").get(pk=placed.pk), coupon

    return pay


def test_a_line_of_nothing_goes_back_without_money(paid):
    order, coupon = paid(FREIGHT)
    after_sale = ask(order, {2: 1})
    assert after_sale.amount == 0
    services.agree(after_sale, actor="test")
    assert (state_of(after_sale), Refund.objects.count(), line(order, 2).refunded_quantity) == ("DONE", 0, 1)
    assert (Order.objects.get().state, state(coupon)) == ("TO_SHIP", ("USED", order.number))
    assert broken() == {}


def test_what_is_left_beside_it_goes_back_with_the_freight(paid):
    order, coupon = paid(FREIGHT)
    services.agree(ask(order, {2: 1}), actor="test")
    rest = ask(order, {1: 1})
    services.agree(rest, actor="test")
    assert pay_back(rest).amount == 101 + FREIGHT
    stored = Order.objects.get()
    assert (stored.state, stored.refunded, state(coupon)) == ("CANCELLED", stored.paid, ("UNUSED", ""))
    assert broken() == {}


@pytest.mark.parametrize("freight", [FREIGHT, 0])
def test_a_line_of_nothing_may_be_the_last(paid, freight):
    order, coupon = paid(freight)
    first = ask(order, {1: 1})
    services.agree(first, actor="test")
    assert pay_back(first).amount == 101
    last = ask(order, {2: 1})
    services.agree(last, actor="test")
    if freight:
        assert pay_back(last).amount == freight
    stored = Order.objects.get()
    assert (state_of(last), stored.state, stored.refunded) == ("DONE", "CANCELLED", stored.paid)
    assert (Refund.objects.count(), state(coupon)) == (2 if freight else 1, ("UNUSED", ""))
    assert broken() == {}


def test_a_line_of_nothing_goes_back_once(paid):
    order, _coupon = paid(FREIGHT)
    ask(order, {2: 1})
    with pytest.raises(ShopError) as refused:
        ask(order, {2: 1})
    assert (refused.value.code, refused.value.detail["lines"]) == ("units_exceeded", {"2": 0})
