"""What an order brought beside money off, when the order goes back: before it is complete, after it, meanwhile."""

from types import SimpleNamespace

import pytest
from django.db import transaction

from shop.aftersale import services as aftersale
from shop.ledgers import services as ledgers
from shop.ledgers.models import Account, LedgerEntry
from shop.marketing.coupons.models import Coupon
from shop.marketing.group_buy.models import Group
from shop.marketing.group_buy.receivers import on_group_completed
from shop.orders import services as orders
from shop.orders.models import Order
from shop.promotions import receivers
from shop.promotions.receivers import on_order_completed
from tests.factories import make_address, make_member, make_sku
from tests.payments.conftest import money, paysim  # noqa: F401
from tests.promotions.activities import buy, make_activity, paid, refund, unsound
from tests.promotions.coupons import make_template
from tests.promotions.test_group_buy import group_buy, joined
from tests.race import meanwhile
from tests.shop.after_sales import arrive, ask, bought, send
from tests.shop.members import committed_shop  # noqa: F401

POINTS = {"kind": "points", "quantity": 66}


def promising(*perks):
    make_activity("full_reduction", rule={"tiers": [{"threshold": 1_000, "perks": list(perks)}]}, scope={"all": True})


def complete(order):
    send(order, {1: 2})
    return arrive(order)


def back(order, units):
    aftersale.agree(ask(order, units), actor="test")


def heard(order):
    on_order_completed(SimpleNamespace(ref=order.number))


def points():
    return list(Account.objects.values_list("balance", "debt"))


def test_an_order_of_which_nothing_is_left_gives_nothing(money):  # noqa: F811
    promising(POINTS)
    order = bought(money, (make_sku(price=1_000), 2))
    send(order, {1: 2})
    back(order, {1: 2})
    order = arrive(order)
    heard(order)
    assert (order.state, points()) == (Order.State.COMPLETED, [])


def test_points_go_back_with_the_last_unit_once_and_what_was_spent_is_owed(money, member):  # noqa: F811
    promising(POINTS)
    order = bought(money, (make_sku(price=1_000), 2), member=member)
    complete(order)
    heard(order)
    ledgers.adjust_points(member.pk, -60, note="兑换", key="spent", actor="test")
    back(order, {1: 1})
    assert points() == [(6, 0)]  # something is left of the order
    back(order, {1: 1})
    heard(order)  # events come again
    assert points() == [(0, 60)]
    assert list(LedgerEntry.objects.order_by("pk").values_list("amount", "cause")) == [
        (66, "REWARD"),
        (-60, "ADJUSTED"),
        (-66, "RECLAIMED"),
    ]
    assert unsound() == {}


@pytest.mark.parametrize("kind", ["paid", "unpaid"])
def test_a_coupon_goes_back_unless_an_order_holds_it_and_is_over_when_that_ends(money, member, kind):  # noqa: F811
    template = make_template(given="ISSUE", threshold=0, value=100)
    promising({"kind": "coupon", "quantity": 2, "ref": template.key})
    order = bought(money, (make_sku(price=1_000), 2), member=member)
    complete(order)
    heard(order)
    used, unused = Coupon.objects.order_by("pk")
    second = (paid if kind == "paid" else buy)(member, (make_sku(price=500), 1), coupons=[used.key])
    back(order, {1: 2})
    refresh(used, unused)
    assert (unused.state, used.state, used.order) == ("VOID", "USED", second.number)
    if kind == "unpaid":
        orders.mark_cancelled(second, Order.CancelReason.MEMBER, actor="test")
    else:
        refund(second, {1: 1}, "second")
    refresh(used)
    assert used.state == "UNUSED"
    assert Coupon.objects.of(member).usable().count() == 0
    assert unsound() == {}


def test_the_auditor_notices_what_a_returned_order_left_behind(money, member, monkeypatch):  # noqa: F811
    template = make_template(given="ISSUE", threshold=0, value=100)
    promising(POINTS, {"kind": "coupon", "quantity": 1, "ref": template.key})
    order = bought(money, (make_sku(price=1_000), 2), member=member)
    complete(order)
    heard(order)
    assert unsound() == {}
    monkeypatch.setattr("shop.promotions.services.take_back_perks", lambda number: None)
    back(order, {1: 2})
    assert unsound() == {"I10": 1, "I11": 1}


def refresh(*rows):
    for row in rows:
        row.refresh_from_db()


def test_an_order_taken_up_again_gives_what_it_promised(member):
    promising(POINTS)
    order = buy(member, (make_sku(price=1_000), 2))
    orders.mark_cancelled(order, Order.CancelReason.EXPIRED, actor="test")
    assert orders.reopen(order, order.total)
    order.refresh_from_db()
    complete(order)
    heard(order)
    assert points() == [(66, 0)]


def test_the_leader_of_a_group_keeps_the_reward_as_long_as_the_order(shop):
    sku = make_sku(price=1_000, stock=100)
    activity = group_buy(sku, sizes=(2,), leader_reward=POINTS)
    first = joined(activity, sku)
    group = Group.objects.get()
    second = joined(activity, sku, group.key)
    Order.objects.update(state=Order.State.TO_SHIP)
    on_group_completed(SimpleNamespace(ref=group.key))
    refund(second, {1: 1}, "second")
    assert points() == [(66, 0)]
    refund(first, {1: 1}, "first")
    on_group_completed(SimpleNamespace(ref=group.key))
    assert points() == [(0, 0)]
    assert unsound() == {}


@pytest.mark.race
def test_a_refund_while_the_points_are_given_leaves_none(committed_shop, monkeypatch):  # noqa: F811
    promising(POINTS)
    member = make_member()
    member.address = make_address(member)
    order = paid(member, (make_sku(price=1_000), 2))
    complete(order)

    @transaction.atomic
    def gone():
        refund(Order.objects.select_for_update().get(pk=order.pk), {1: 2}, "all")

    assert meanwhile(committed_shop, monkeypatch, (receivers, "give_perks"), lambda: heard(order), gone) == [None] * 2
    assert (order.lines.get().refunded_quantity, points()) == (2, [(0, 0)])
