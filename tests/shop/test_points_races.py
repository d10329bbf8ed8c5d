"""Points that many spend, give and take back at the same moment."""

import pytest

from shop.core.models import ShopSettings
from shop.ledgers import services as ledgers
from shop.ledgers.models import Account, LedgerEntry
from shop.ledgers.services import Cause, post
from shop.orders import services as orders
from shop.orders.models import Order
from tests.factories import broken, make_address, make_member, make_sku
from tests.race import Meeting, refused, together
from tests.shop.members import committed_shop  # noqa: F401

pytestmark = pytest.mark.race


@pytest.fixture
def member(committed_shop):  # noqa: F811
    ShopSettings.objects.update(points_on=True, points_most_bp=10_000)
    found = make_member()
    found.address = make_address(found)
    post(found.pk, 500, cause=Cause.ADJUSTED, key=f"start-{found.key}")
    return found


def balance(member):
    return Account.objects.get(member=member).balance


def spenders(member, spend, count=8):
    return [lambda n=n: spend(member.pk, 100, cause=Cause.SPENT, key=f"spend-{member.key}-{n}") for n in range(count)]


def test_eight_spend_what_is_enough_for_five(committed_shop, member):  # noqa: F811
    results = together(committed_shop, *spenders(member, ledgers.spend))
    assert (refused(results), balance(member)) == (3, 0)
    assert LedgerEntry.objects.filter(account__member=member, cause="SPENT").count() == 5
    assert broken() == {}


def test_control_looking_first_and_taking_then_overspends(committed_shop):  # noqa: F811
    looked = []

    def naive(member, amount, *, cause, key):
        account = Account.objects.get(member=member)
        looked[-1].wait()
        if account.balance >= amount:
            Account.objects.filter(pk=account.pk).update(balance=account.balance - amount)
            LedgerEntry.objects.create(account=account, amount=-amount, cause=cause, business_key=key, actor="x")

    for _ in range(3):
        looked.append(Meeting(8))
        shopper = make_member()
        post(shopper.pk, 500, cause=Cause.ADJUSTED, key=f"start-{shopper.key}")
        together(committed_shop, *spenders(shopper, naive))
        assert LedgerEntry.objects.filter(account__member=shopper, cause="SPENT").count() > 5
        assert broken()["I11"] == len(looked)


def test_one_business_key_is_booked_once(committed_shop, member):  # noqa: F811
    results = together(committed_shop, *[lambda: post(member.pk, 70, cause=Cause.EARNED, key="once")] * 8)
    assert (results.count(True), results.count(False), balance(member)) == (1, 7, 570)
    assert broken() == {}


def test_a_first_entry_of_many_opens_one_account(committed_shop):  # noqa: F811
    shopper = make_member()
    calls = [lambda n=n: post(shopper.pk, 10, cause=Cause.EARNED, key=f"first-{shopper.key}-{n}") for n in range(8)]
    assert together(committed_shop, *calls) == [True] * 8
    assert (Account.objects.filter(member=shopper).count(), balance(shopper)) == (1, 80)


def test_the_same_points_pay_for_one_of_many_orders(committed_shop, member):  # noqa: F811
    ShopSettings.objects.update(most_unpaid=50)
    sku = make_sku(price=1_000, stock=50)

    def order():
        wanted = orders.OrderRequest(items=[orders.Wanted(sku.key, 1)], address=member.address.key, points=500)
        return orders.place_order(member, wanted)

    results = together(committed_shop, *[order] * 8)
    placed = Order.objects.filter(member=member)
    assert (refused(results), placed.count(), placed.get().total, balance(member)) == (7, 1, 500, 0)
    assert broken() == {}


def test_a_double_cancellation_gives_points_back_once(committed_shop, member):  # noqa: F811
    sku = make_sku(price=1_000)
    wanted = orders.OrderRequest(items=[orders.Wanted(sku.key, 1)], address=member.address.key, points=300)
    order = orders.place_order(member, wanted)
    cancel = lambda: orders.mark_cancelled(order, Order.CancelReason.MEMBER, actor="x")  # noqa: E731
    assert together(committed_shop, *[cancel] * 8).count(True) == 1
    assert balance(member) == 500
    assert broken() == {}
