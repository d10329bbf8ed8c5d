"""Points: booked once, spent once, and back with what is cancelled or refunded."""

import pytest
from django.db import transaction

from shop.core.errors import ShopError
from shop.core.models import ShopSettings
from shop.ledgers import services as ledgers
from shop.ledgers.models import Account, LedgerEntry
from shop.ledgers.services import Cause, adjust_points, post
from shop.members.models import Level
from shop.orders import services as orders
from shop.orders.models import Order, OrderPromotion
from shop.orders.presentation import order_row
from tests.factories import broken, make_address, make_member, make_sku

SHOP = {"points_on": True, "points_earned_per_yuan": 2, "points_per_yuan": 100, "points_most_bp": 5_000}


@pytest.fixture
def member(shop):
    ShopSettings.objects.update(**SHOP)
    found = make_member()
    found.address = make_address(found)
    give(found, 1_000)
    return found


def give(member, amount, key="start"):
    assert post(member.pk, amount, cause=Cause.ADJUSTED, key=key, note="开业礼")


def unsound():
    """Invariants of prices, points and stock that do not hold; no money moves in these tests."""
    return {code: count for code, count in broken().items() if code in {"I1", "I2", "I3", "I4", "I11", "I24"}}


def points(member):
    account = Account.objects.of(member, Account.Kind.POINTS).get()
    return account.balance - account.debt


def buy(member, *items, points=0):
    wanted = [orders.Wanted(sku.key, quantity) for sku, quantity in items]
    return orders.place_order(member, orders.OrderRequest(items=wanted, address=member.address.key, points=points))


def paid(member, *items, points=0):
    order = buy(member, *items, points=points)
    assert orders.mark_paid(order, order.total) == orders.Outcome.PAID
    return Order.objects.get(pk=order.pk)


def complete(order):
    Order.objects.filter(pk=order.pk).update(state=Order.State.SHIPPED)
    order.lines.update(shipped_quantity=0)
    order.events.create(actor="test", action="shipped", before="TO_SHIP", after="SHIPPED")
    assert orders.complete(order, actor="test")
    return Order.objects.get(pk=order.pk)


def refund(order, units, cause):
    """Refund units (place of the line → units) as an after-sale does."""
    by_place = {line.position: line for line in order.lines.all()}
    for place, count in units.items():
        orders.hold(by_place[place], count)
    wanted = {by_place[place].pk: count for place, count in units.items()}
    return orders.give_up(order, wanted, cause=cause, actor="test", reason="退")


def test_an_entry_is_booked_once(member):
    assert not post(member.pk, 500, cause=Cause.ADJUSTED, key="start")
    assert not post(member.pk, 0, cause=Cause.ADJUSTED, key="nothing")
    assert (points(member), LedgerEntry.objects.count()) == (1_000, 1)


def test_what_is_taken_back_beyond_the_balance_becomes_a_debt(member):
    assert post(member.pk, -1_500, cause=Cause.RECLAIMED, key="back")
    account = Account.objects.get()
    assert (account.balance, account.debt) == (0, 500)
    post(member.pk, 200, cause=Cause.EARNED, key="a")
    post(member.pk, 450, cause=Cause.EARNED, key="b")
    account.refresh_from_db()
    assert (account.balance, account.debt) == (150, 0)
    assert unsound() == {}


def test_more_than_the_balance_cannot_be_spent(member):
    with pytest.raises(ShopError) as refused:
        ledgers.spend(member.pk, 1_001, cause=Cause.SPENT, key="much")
    assert (refused.value.code, points(member), LedgerEntry.objects.count()) == ("points_insufficient", 1_000, 1)


def test_points_pay_for_a_part_of_the_goods(member):
    one, other = make_sku(price=1_001), make_sku(price=500)
    order = buy(member, (one, 1), (other, 1), points=900)
    lines = list(order.lines.values_list("discount", "total", "points_used"))
    assert lines == [(500, 501, 500), (250, 250, 250)]
    assert (order.discount, order.total, points(member)) == (750, 751, 250)
    rows = OrderPromotion.objects.filter(order=order).order_by("pk").values_list("tool", "amount")
    assert list(rows) == [("points", 500), ("points", 250)]
    assert unsound() == {}


def test_points_that_are_not_there_are_refused(member):
    with pytest.raises(ShopError) as refused, transaction.atomic():
        buy(member, (make_sku(), 1), points=1_001)
    assert (refused.value.code, refused.value.detail) == ("points_insufficient", {"balance": 1_000})
    assert Order.objects.count() == 0


def test_a_cancelled_order_gives_the_points_back_once(member):
    order = buy(member, (make_sku(), 1), points=300)
    assert points(member) == 700
    assert orders.mark_cancelled(order, Order.CancelReason.MEMBER, actor="test")
    assert not orders.mark_cancelled(order, Order.CancelReason.MEMBER, actor="test")
    assert points(member) == 1_000
    assert unsound() == {}


def test_late_money_spends_the_points_again(member):
    order = buy(member, (make_sku(), 1), points=300)
    orders.mark_cancelled(order, Order.CancelReason.EXPIRED, actor="test")
    assert orders.reopen(order, order.total)
    assert points(member) == 700
    orders.mark_refunded(Order.objects.get(pk=order.pk), actor="test", note="")
    assert points(member) == 1_000
    assert unsound() == {}


def test_late_money_does_not_reopen_an_order_whose_points_are_gone(member):
    order = buy(member, (make_sku(), 1), points=300)
    orders.mark_cancelled(order, Order.CancelReason.EXPIRED, actor="test")
    adjust_points(member.pk, -900, note="清零", key="k", actor="test")
    assert not orders.reopen(order, order.total)
    assert (Order.objects.get(pk=order.pk).state, points(member)) == (Order.State.CANCELLED, 100)
    assert unsound() == {}


def test_points_go_back_with_their_units(member):
    sku = make_sku(price=1_000)
    order = paid(member, (sku, 3), points=1_000)
    assert points(member) == 0
    seen = []
    for number in range(3):
        refund(Order.objects.get(pk=order.pk), {1: 1}, f"cause-{number}")
        seen.append(points(member))
        assert unsound() == {}
    assert seen == [333, 666, 1_000]
    assert Order.objects.get(pk=order.pk).state == Order.State.CANCELLED


def test_a_completed_order_earns_for_what_was_not_refunded(member):
    order = paid(member, (make_sku(price=999), 3))  # 2,997 fen earn 59 points, a unit 19
    refund(order, {1: 1}, "before")
    assert order_row(Order.objects.get(pk=order.pk))["points_earned"] == 59 - 19
    order = complete(order)
    assert points(member) == 1_000 + 59 - 19
    refund(order, {1: 1}, "after")
    assert points(member) == 1_000 + 59 - 19 - 19
    refund(Order.objects.get(pk=order.pk), {1: 1}, "last")
    assert points(member) == 1_000
    assert unsound() == {}


def test_earned_points_that_were_spent_become_a_debt(member):
    order = complete(paid(member, (make_sku(price=100_000), 1)))
    assert points(member) == 3_000
    adjust_points(member.pk, -2_900, note="兑换", key="k", actor="test")
    refund(order, {1: 1}, "after")
    assert points(member) == -1_900
    assert unsound() == {}


def test_a_shop_that_uses_no_points_earns_and_spends_none(member):
    ShopSettings.objects.update(points_on=False)
    with pytest.raises(ShopError), transaction.atomic():
        buy(member, (make_sku(), 1), points=1)
    complete(paid(member, (make_sku(), 1)))
    assert points(member) == 1_000


def test_members_of_a_level_pay_less(member):
    member.level = Level.objects.create(name="银卡", threshold=100, discount_bp=500)
    member.save()
    order = buy(member, (make_sku(price=1_990), 2), points=50)
    rows = OrderPromotion.objects.filter(order=order).order_by("pk").values_list("tool", "amount")
    assert list(rows) == [("member_price", 198), ("points", 50)]
    assert (order.total, order.discount) == (3_980 - 248, 248)
    assert unsound() == {}


def test_a_price_changed_by_hand_leaves_promotions_as_they_are(member):
    order = buy(member, (make_sku(price=1_000), 1), (make_sku(price=3_000), 1), points=400)
    for goods, manual in ((3_000, [150, 450]), (3_600, [0, 0]), (1, [900, 2_699])):
        orders.reprice(order, goods=goods, freight=0, actor="test")
        by_hand = [sum(row.amount for row in line.promotions.filter(tool="manual")) for line in order.lines.all()]
        assert (Order.objects.get(pk=order.pk).total, by_hand) == (goods, manual)
        assert unsound() == {}
    with pytest.raises(ShopError) as refused, transaction.atomic():
        orders.reprice(order, goods=3_601, freight=0, actor="test")
    assert refused.value.code == "price_invalid"


def test_staff_adjust_points_with_a_reason_and_a_form_counts_once(member):
    for _again in range(2):
        adjust_points(member.pk, -50, note="补差价", key="form", actor="boss")
    entry = LedgerEntry.objects.latest("pk")
    assert (points(member), entry.note, entry.actor, entry.cause) == (950, "补差价", "boss", "ADJUSTED")
    with pytest.raises(ShopError, match="原因"):
        adjust_points(member.pk, 5, note=" ", key="other", actor="boss")


def test_entries_are_never_changed(member):
    with pytest.raises(TypeError):
        LedgerEntry.objects.update(amount=1)
    with pytest.raises(TypeError):
        LedgerEntry.objects.get().delete()


def test_the_auditor_sees_a_balance_that_nothing_explains(member):
    Account.objects.update(balance=5)
    assert broken() == {"I11": 1}
