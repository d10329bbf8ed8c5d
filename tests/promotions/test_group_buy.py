"""Group buys: opened, joined, completed, failed; who comes too late; who leaves."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from payments.models import Payment, Refund
from payments.services.settling import settle
from shop.core.errors import ShopError
from shop.ledgers.models import Account
from shop.marketing.group_buy import services
from shop.marketing.group_buy.models import Group, Seat
from shop.marketing.group_buy.receivers import on_group_completed
from shop.orders import services as orders
from shop.orders.models import Order
from shop.promotions.services import end_activity
from tenants.due import Again
from tests.factories import make_address, make_member, make_sku
from tests.payments.conftest import money, paysim  # noqa: F401
from tests.promotions.activities import make_activity, refund, unsound

State = Order.State


def group_buy(sku, *, sizes=(3,), prices=(600,), units=50, **rule):
    rule = {"sizes": list(sizes), "hours": 24, "when_full": "OPEN", **rule}
    items = [(sku, {"price": prices[0], "units": units, "details": {"prices": list(prices)}})]
    return make_activity("group_buy", items=items, rule=rule, excludes=[1, 2, 3, 4], has_stock=True)


def buyer():
    found = make_member()
    found.address = make_address(found)
    return found


def place(member, activity, sku, option="", **fields):
    wanted = [orders.Wanted(sku.key, 1, (activity.tool, activity.key), option)]
    return orders.place_order(member, orders.OrderRequest(items=wanted, address=member.address.key, **fields))


def pay(order):
    outcome = orders.mark_paid(order, order.total)
    order.refresh_from_db()
    return outcome


def joined(activity, sku, option=""):
    order = place(buyer(), activity, sku, option)
    assert pay(order) == orders.Outcome.PAID
    return order


def refused(do, *arguments, **fields):
    with pytest.raises(ShopError) as error, transaction.atomic():
        do(*arguments, **fields)
    return error.value.code


def states(*placed):
    return [Order.objects.values_list("state", flat=True).get(pk=each.pk) for each in placed]


@pytest.fixture
def sku(shop):
    return make_sku(price=1_000, stock=100)


def test_a_group_is_complete_with_its_last_payer_and_its_orders_go_on(sku):
    activity = group_buy(sku)
    first = joined(activity, sku)
    group = Group.objects.get()
    assert (first.total, first.state, group.paid, group.missing) == (600, State.WAIT_GROUP, 1, 2)
    second, last = joined(activity, sku, group.key), joined(activity, sku, group.key)
    group.refresh_from_db()
    assert (group.state, group.paid) == (Group.State.SUCCESS, 3)
    assert states(first, second, last) == [State.WAIT_GROUP, State.WAIT_GROUP, State.TO_SHIP]
    for order in (first, second, last, first):
        services.release_order(order.number)
    assert states(first, second, last) == [State.TO_SHIP] * 3
    assert unsound() == {}


def test_a_group_of_another_size_has_another_price(sku):
    activity = group_buy(sku, sizes=(2, 5), prices=(600, 400))
    small, large = place(buyer(), activity, sku), place(buyer(), activity, sku, "size-5")
    assert (small.total, large.total) == (600, 400)
    pay(large)
    group = Group.objects.get()
    assert place(buyer(), activity, sku, group.key).total == 400
    assert refused(place, buyer(), activity, sku, "size-3") == "group_option_invalid"
    assert refused(place, buyer(), activity, sku, "size-²") == "group_option_invalid"
    assert unsound() == {}


def test_who_takes_part_does_so_once_and_in_a_group_of_the_activity(sku):
    activity, other = group_buy(sku), group_buy(sku)
    group = Seat.objects.get(order=joined(activity, sku).number).group
    member = buyer()
    order = place(member, activity, sku, group.key)
    assert refused(place, member, activity, sku) == "group_already_joined"
    assert refused(place, buyer(), other, sku, group.key) == "group_full"
    assert refused(place, buyer(), activity, sku, "nobody") == "group_full"
    orders.mark_cancelled(order, Order.CancelReason.MEMBER, actor="test")
    assert place(member, activity, sku, group.key).total == 600
    assert unsound() == {}


def test_a_group_line_is_alone_of_its_kind(sku):
    activity, other = group_buy(sku), make_sku(price=500, stock=99)
    second = group_buy(other, prices=(300,))
    wanted = [
        orders.Wanted(sku.key, 1, (activity.tool, activity.key)),
        orders.Wanted(other.key, 1, (second.tool, second.key)),
    ]
    member = buyer()
    request = orders.OrderRequest(items=wanted, address=member.address.key)
    assert refused(orders.place_order, member, request) == "group_line_alone"
    mixed = orders.OrderRequest(items=[wanted[0], orders.Wanted(other.key, 1)], address=member.address.key)
    order = orders.place_order(member, mixed)
    assert order.total == 600 + 500
    pay(order)
    assert states(order) == [State.WAIT_GROUP]


def late(activity, sku, group):
    """An order whose payer was slower than the last seat."""
    order = place(buyer(), activity, sku, group.key)
    while Group.objects.get(pk=group.pk).missing:
        joined(activity, sku, group.key)
    return order


def test_who_pays_after_the_last_seat_opens_a_group(sku):
    activity = group_buy(sku, sizes=(2,))
    group = Seat.objects.get(order=joined(activity, sku).number).group
    order = late(activity, sku, group)
    assert pay(order) == orders.Outcome.PAID
    assert (order.state, Group.objects.count()) == (State.WAIT_GROUP, 2)
    assert Seat.objects.get(order=order.number).group.leader == order.member
    assert unsound() == {}


def test_or_gets_the_money_back_where_the_shop_wants_that(sku, money):  # noqa: F811
    activity = group_buy(sku, sizes=(2,), when_full="REFUND")
    group = Seat.objects.get(order=joined(activity, sku).number).group
    order = late(activity, sku, group)
    attempt = money.pay(order)
    settle(money.receipt(attempt))
    settle(money.receipt(attempt))
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == (State.CANCELLED, Order.CancelReason.TOO_LATE)
    assert (Payment.objects.get(order=order).purpose, Refund.objects.get().amount) == (Payment.Purpose.RETURN, 600)
    group.refresh_from_db()
    assert (group.paid, Seat.objects.filter(group=group, state="PAID").count()) == (2, 2)
    assert unsound() == {}


def over(group):
    now = timezone.now()
    Group.objects.filter(pk=group.pk).update(expires_at=now - timedelta(seconds=1))


def test_a_group_that_is_not_complete_in_time_fails_and_every_order_is_refunded_by_itself(sku, money):  # noqa: F811
    activity = group_buy(sku)
    first = place(buyer(), activity, sku)
    settle(money.receipt(money.pay(first)))
    group = Group.objects.get()
    second = place(buyer(), activity, sku, group.key)
    settle(money.receipt(money.pay(second)))
    unpaid = place(buyer(), activity, sku, group.key)
    assert isinstance(services.expire(group.key), Again)  # not yet
    over(group)
    assert refused(place, buyer(), activity, sku, group.key) == "group_full"
    for _times in range(2):
        assert services.expire(group.key) is None
    assert states(first, second) == [State.WAIT_GROUP] * 2
    for order in (first, second, first, unpaid):
        services.refund_failed(order.number)
    assert states(first, second, unpaid) == [State.CANCELLED, State.CANCELLED, State.UNPAID]
    assert sorted(Refund.objects.values_list("amount", flat=True)) == [600, 600]
    assert pay(unpaid) == orders.Outcome.PAID  # too late for that group: it opens one
    assert Group.objects.filter(state="OPEN").count() == 1
    assert unsound() == {}


def test_enough_payers_complete_a_group_with_virtual_ones_where_the_shop_wants_that(sku):
    activity = group_buy(sku, sizes=(4,), virtual_share=50)
    one = joined(activity, sku)
    group = Group.objects.get()
    two = joined(activity, sku, group.key)
    over(group)
    services.expire(group.key)
    group.refresh_from_db()
    assert (group.state, group.paid, group.virtual) == (Group.State.SUCCESS, 2, 2)
    for order in (one, two):
        services.release_order(order.number)
    assert states(one, two) == [State.TO_SHIP] * 2
    lonely = joined(activity, sku)
    alone = Seat.objects.get(order=lonely.number).group
    over(alone)
    services.expire(alone.key)
    alone.refresh_from_db()
    assert alone.state == Group.State.FAILED
    assert unsound() == {}


def give_up(order):
    orders.mark_refunded(order, actor="test", note="")


def test_a_member_who_leaves_frees_the_seat_and_a_leader_hands_over(sku):
    activity = group_buy(sku, sizes=(4,))
    first = joined(activity, sku)
    group = Group.objects.get()
    second, third = joined(activity, sku, group.key), joined(activity, sku, group.key)
    give_up(second)
    group.refresh_from_db()
    assert (group.paid, group.leader) == (2, first.member)
    give_up(first)
    group.refresh_from_db()
    assert (group.paid, group.leader, group.state) == (1, third.member, Group.State.OPEN)
    assert joined(activity, sku, group.key).state == State.WAIT_GROUP
    give_up(third)
    give_up(Order.objects.filter(state=State.WAIT_GROUP).get())
    group.refresh_from_db()
    assert group.state == Group.State.FAILED
    assert unsound() == {}


def test_a_refund_after_completion_leaves_the_others_alone(sku):
    activity = group_buy(sku, sizes=(2,))
    first = joined(activity, sku)
    group = Group.objects.get()
    second = joined(activity, sku, group.key)
    services.release_order(first.number)
    first.refresh_from_db()
    assert refund(first, {1: 1}, "back") == 600
    group.refresh_from_db()
    assert (group.state, group.paid, states(first, second)) == ("SUCCESS", 2, [State.CANCELLED, State.TO_SHIP])
    assert unsound() == {}


def test_an_order_that_expired_gets_its_seat_back_for_late_money(sku):
    activity = group_buy(sku)
    group = Seat.objects.get(order=joined(activity, sku).number).group
    order = place(buyer(), activity, sku, group.key)
    orders.mark_cancelled(order, Order.CancelReason.EXPIRED, actor="test")
    assert orders.reopen(order, order.total)
    group.refresh_from_db()
    assert (group.paid, states(order)) == (2, [State.WAIT_GROUP])
    assert unsound() == {}


def test_a_group_outlives_its_activity(sku):
    activity = group_buy(sku, sizes=(2,))
    first = joined(activity, sku)
    group = Group.objects.get()
    second = place(buyer(), activity, sku, group.key)
    end_activity(activity, actor="test")
    assert refused(place, buyer(), activity, sku, group.key) == "activity_over"
    assert pay(second) == orders.Outcome.PAID
    services.release_order(first.number)
    assert states(first, second) == [State.TO_SHIP] * 2
    assert unsound() == {}


def test_no_group_is_opened_that_nobody_could_join(sku):
    activity = group_buy(sku, sizes=(2,))
    lonely = place(buyer(), activity, sku)
    end_activity(activity, actor="test")
    assert pay(lonely) == orders.Outcome.LATE
    assert (lonely.state, lonely.cancel_reason, Group.objects.count()) == ("CANCELLED", "TOO_LATE", 0)
    other = group_buy(sku, sizes=(2,), virtual_share=50)
    enough = place(buyer(), other, sku)
    end_activity(other, actor="test")
    assert pay(enough) == orders.Outcome.PAID
    assert unsound() == {}


def test_the_leader_is_rewarded_once(sku):
    reward = {"kind": "points", "quantity": 50}
    activity = group_buy(sku, sizes=(2,), leader_reward=reward)
    first = joined(activity, sku)
    group = Group.objects.get()
    joined(activity, sku, group.key)
    for _times in range(2):
        on_group_completed(SimpleNamespace(ref=group.key))
    assert [(account.member, account.balance) for account in Account.objects.all()] == [(first.member, 50)]


def test_an_order_that_waits_cannot_be_sent_or_asked_back(sku):
    from shop.aftersale.services import claimable
    from shop.fulfilment.services import ship

    order = joined(group_buy(sku), sku)
    line = order.lines.get()
    with pytest.raises(ShopError), transaction.atomic():
        ship(order, {line.pk: 1}, carrier="SF", tracking_number="SF1", actor="test")
    assert claimable(order, [line]) == {line.pk: 0}
    assert states(order) == [State.WAIT_GROUP]


def test_what_shoppers_see_of_groups(sku, api):
    activity = group_buy(sku)
    order = joined(activity, sku)
    group = Group.objects.get()
    (row,) = api.get(f"/api/v1/group-buys/{activity.key}/groups").json()
    assert (row["key"], row["missing"], row["leader"]["name"]) == (group.key, 2, "小**")
    token = make_member().token
    assert api.get(f"/api/v1/groups/{group.key}").json()["is_mine"] is False
    seen = api.get(f"/api/v1/groups/{group.key}", token=token).json()
    assert (seen["order"], len(seen["members"])) == ("", 1)
    from shop.members.services import issue_token

    own = issue_token(order.member, order.member.identities.get())[0]
    assert api.get(f"/api/v1/groups/{group.key}", token=own).json()["order"] == order.number
    (bought,) = seen["items"]
    assert (bought["sku"], bought["price"], bought["normal_price"], seen["title"]) == (sku.key, 600, 1_000, "活动")
    details = api.get(f"/api/v1/activities/{activity.key}").json()["details"]
    told = ([3], {sku.key: [600]}, 24, True)
    assert (details["sizes"], details["prices"], details["hours"], details["shows_groups"]) == told
    (mine,) = api.get("/api/v1/me/groups", token=own).json()["results"]
    line = order.lines.get()
    assert (mine["order"], mine["title"], mine["total"]) == (order.number, line.title, 600)
    assert [each["key"] for each in api.get("/api/v1/me/groups", token=own).json()["results"]] == [group.key]
    detail = api.get(f"/api/v1/orders/{order.number}", token=own).json()
    assert (detail["status"], detail["activities"]["group_buy"]["missing"]) == ("WAIT_GROUP", 2)
    type(activity).objects.update(rule={**activity.rule, "shows_groups": False})
    assert api.get(f"/api/v1/group-buys/{activity.key}/groups").json() == []
