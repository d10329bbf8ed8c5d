"""Whose seat is whose: a member sits once in a group, whatever became of the group that an order was placed for."""

import pytest

from shop.marketing.group_buy import services
from shop.marketing.group_buy.models import Group, Seat
from shop.orders import services as orders
from shop.orders.models import Order
from tests.factories import make_sku
from tests.promotions.activities import unsound
from tests.promotions.test_group_buy import buyer, group_buy, joined, over, pay, place, refused


@pytest.fixture
def sku(shop):
    return make_sku(price=1_000, stock=100)


def test_who_opens_a_group_by_paying_late_cannot_fill_it_alone(sku):
    activity = group_buy(sku, sizes=(2,))
    first = Seat.objects.get(order=joined(activity, sku).number).group
    member = buyer()
    late = place(member, activity, sku, first.key)
    joined(activity, sku, first.key)
    assert pay(late) == orders.Outcome.PAID
    own = Seat.objects.get(order=late.number).group
    assert (own.leader, own.paid, own.state) == (member, 1, Group.State.OPEN)
    assert refused(place, member, activity, sku, own.key) == "group_already_joined"
    assert Seat.objects.get(order=late.number).is_live
    joined(activity, sku, own.key)
    assert Seat.objects.filter(member=member, is_live=True).count() == 0
    assert unsound() == {}


def test_an_unpaid_order_of_a_group_that_failed_keeps_its_member_from_a_second_one(sku):
    activity = group_buy(sku)
    group = Seat.objects.get(order=joined(activity, sku).number).group
    member = buyer()
    order = place(member, activity, sku, group.key)
    over(group)
    services.expire(group.key)
    assert refused(place, member, activity, sku) == "group_already_joined"
    orders.mark_cancelled(order, Order.CancelReason.MEMBER, actor="test")
    assert pay(place(member, activity, sku)) == orders.Outcome.PAID
    assert unsound() == {}
