"""The last seat of a group, paid for by many at the same moment; the end of its time meanwhile."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import OperationalError
from django.utils import timezone

from shop.marketing.group_buy import services
from shop.marketing.group_buy.models import Group, Seat
from shop.members import services as members
from shop.members.models import Address
from shop.orders import services as orders
from shop.orders.models import Order
from tests.factories import make_sku
from tests.promotions.activities import unsound
from tests.promotions.test_group_buy import buyer, group_buy, joined, place
from tests.race import Meeting, meanwhile, together
from tests.shop.members import committed_shop  # noqa: F401

pytestmark = pytest.mark.race
ROUNDS, PAYERS = 20, 8


@pytest.fixture
def sku(committed_shop):  # noqa: F811
    return make_sku(price=1_000, stock=2_000)


def pay(order):
    """Pay as the work of a notice does, which comes again where it waited too long for a lock."""
    for _time in range(20):
        try:
            return orders.mark_paid(order, order.total)
        except OperationalError:
            continue
    raise AssertionError("never paid")


def raced(shop, activity, sku, payers):
    """Payers of one free seat, all at once: the group, and how many were paid, too late, or in a group of their own."""
    joined(activity, sku)
    group = Group.objects.order_by("-pk")[0]
    waiting = [place(buyer(), activity, sku, group.key) for _payer in range(payers)]
    outcomes = together(shop, *[partial(pay, order) for order in waiting])
    group.refresh_from_db()
    return group, outcomes


def test_the_last_seat_is_taken_once_and_the_others_open_groups(committed_shop, sku):  # noqa: F811
    activity = group_buy(sku, sizes=(2,), units=1_500)
    for _round in range(ROUNDS):
        before = Group.objects.count()
        group, outcomes = raced(committed_shop, activity, sku, PAYERS)
        assert outcomes == [orders.Outcome.PAID] * PAYERS
        assert (group.state, group.paid, Group.objects.count() - before) == ("SUCCESS", 2, PAYERS)
        assert Seat.objects.filter(group=group, state="PAID").count() == 2
    assert unsound() == {}


def test_the_last_seat_is_taken_once_and_the_others_are_refunded(committed_shop, sku):  # noqa: F811
    activity = group_buy(sku, sizes=(2,), units=1_500, when_full="REFUND")
    for turn in range(1, ROUNDS + 1):
        group, outcomes = raced(committed_shop, activity, sku, PAYERS)
        assert (outcomes.count(orders.Outcome.PAID), outcomes.count(orders.Outcome.LATE)) == (1, PAYERS - 1)
        assert (group.state, group.paid, Group.objects.count()) == ("SUCCESS", 2, turn)
        assert Seat.objects.filter(group=group, state="PAID").count() == 2
        assert Order.objects.filter(state="CANCELLED", cancel_reason="TOO_LATE").count() == turn * (PAYERS - 1)
    assert unsound() == {}


@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("when_full", ["OPEN", "REFUND"])
def test_fifty_payers_of_the_last_seat(committed_shop, sku, rounds, when_full):  # noqa: F811
    activity = group_buy(sku, sizes=(2,), units=1_500, when_full=when_full)
    late = 0 if when_full == "OPEN" else 49
    for turn in range(1, rounds + 1):
        group, outcomes = raced(committed_shop, activity, sku, 50)
        assert (outcomes.count(orders.Outcome.PAID), outcomes.count(orders.Outcome.LATE)) == (50 - late, late)
        assert (group.state, group.paid, Group.objects.count()) == ("SUCCESS", 2, turn * (50 - late))
        assert Seat.objects.filter(group=group, state="PAID").count() == 2
        assert Order.objects.filter(state="CANCELLED", cancel_reason="TOO_LATE").count() == turn * late
    assert unsound() == {}


def test_a_group_whose_time_ends_with_the_last_payment_is_either_complete_or_failed(committed_shop, sku):  # noqa: F811
    activity = group_buy(sku, sizes=(2,), units=1_500)
    ends = set()
    for turn in range(ROUNDS):
        first = joined(activity, sku)
        group = Seat.objects.get(order=first.number).group
        last = place(buyer(), activity, sku, group.key)
        Group.objects.filter(pk=group.pk).update(expires_at=timezone.now() + timedelta(milliseconds=turn * 20))
        together(committed_shop, partial(orders.mark_paid, last, last.total), partial(services.expire, group.key))
        Group.objects.filter(pk=group.pk, state="OPEN").update(expires_at=timezone.now() - timedelta(seconds=1))
        services.expire(group.key)
        group.refresh_from_db()
        ends.add(group.state)
        for order in (first, last):
            services.release_order(order.number)
        assert group.paid == (2 if group.state == "SUCCESS" else 1)
    assert ends == {"SUCCESS", "FAILED"}
    assert unsound() == {}


def test_looking_first_seats_two_in_one_place(committed_shop, sku):  # noqa: F811
    """The control: who reads the free seats and then sits down sits in another's lap, and the auditor tells."""
    activity = group_buy(sku, sizes=(2,), units=100)
    for turn in range(1, 4):
        joined(activity, sku)
        group = Group.objects.order_by("-pk")[0]
        waiting = [place(buyer(), activity, sku, group.key).number for _payer in range(2)]
        meeting = Meeting()

        def naive(number, group=group, meeting=meeting):
            missing = Group.objects.get(pk=group.pk).missing
            meeting.wait()
            if missing:
                Seat.objects.filter(order=number).update(state="PAID", paid_at=timezone.now())

        together(committed_shop, *[partial(naive, number) for number in waiting])
        assert Seat.objects.filter(group=group, state="PAID").count() == 3
        assert unsound()["I13"] >= turn


def test_a_member_orders_again_while_the_first_order_is_paid(committed_shop, sku, monkeypatch):  # noqa: F811
    activity = group_buy(sku, sizes=(2,))
    joined(activity, sku)
    first = place(buyer(), activity, sku, Group.objects.get().key)
    second = partial(place, first.member, activity, sku)
    first.member.address = Address.objects.get(member=first.member)
    paying = partial(orders.mark_paid, first, first.total)
    outcome, other = meanwhile(committed_shop, monkeypatch, (members, "free_unpaid_slot"), paying, second)
    assert (outcome, type(other)) == (orders.Outcome.PAID, Order)  # the group is complete: another may be opened
    assert unsound() == {}
