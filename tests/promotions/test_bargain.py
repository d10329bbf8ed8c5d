"""Bargains: the way down, who may help, what it costs at last, and for how long."""

from datetime import timedelta
from functools import partial
from random import Random

import pytest
from django.db import transaction
from django.utils import timezone

from shop.core.errors import ShopError
from shop.marketing.bargain.cutting import cuts_of
from shop.marketing.bargain.models import Bargain, Help
from shop.marketing.bargain.services import help_bargain, launch
from shop.orders import services as orders
from shop.orders.models import Order
from tests.factories import make_address, make_member, make_sku
from tests.promotions.activities import attempt, buy, make_activity, unsound
from tests.race import together
from tests.shop.members import committed_shop  # noqa: F401

RULE = {"helpers": 3, "hours": 24, "pay_hours": 2}


def bargain_for(sku, price=100, **more):
    rule = {**RULE, **more.pop("rule", {})}
    items = [(sku, {"price": price, "units": more.pop("units", 5)})]
    return make_activity("bargain", items=items, rule=rule, excludes=[1, 2, 3, 4], has_stock=True, **more)


def brought_down(member, activity, sku):
    bargain = launch(member, activity.key, sku.key)
    for _missing in range(bargain.missing):
        help_bargain(make_member(), bargain.key)
    return Bargain.objects.get(pk=bargain.pk)


def refused(do, *arguments, **more):
    with pytest.raises(ShopError) as error, transaction.atomic():
        do(*arguments, **more)
    return error.value.code


@pytest.mark.parametrize("amount", [3, 4, 10, 999, 123_456])
def test_cuts_add_up_and_the_last_takes_the_remainder(amount):
    for seed in range(50):
        cuts = cuts_of(amount, 3, Random(seed))
        assert (sum(cuts), len(cuts), min(cuts) >= 1) == (amount, 3, True)
    # Of 100 fen the first cut is 20 to 50 % of the 98 that leave a fen for each of the others.
    firsts = {cuts_of(100, 3, Random(seed))[0] for seed in range(300)}
    assert (min(firsts), max(firsts)) == (19, 49)
    with pytest.raises(ValueError, match="too few"):
        cuts_of(2, 3)


def test_friends_cut_the_price_to_the_lowest_and_it_is_bought_once(member):
    sku = make_sku(price=1_000)
    activity = bargain_for(sku)
    bargain = launch(member, activity.key, sku.key)
    assert (bargain.helped, bargain.missing, bargain.price) == (1, 2, 1_000 - bargain.cuts[0])
    assert refused(attempt, member, (sku, 1), activity=activity) == "bargain_not_down"
    friends = [make_member(), make_member()]
    amounts = [help_bargain(friend, bargain.key).amount for friend in friends]
    assert amounts == bargain.cuts[1:]
    order = buy(member, (sku, 1), activity=activity)
    assert (order.total, order.lines.get().bucket) == (100, activity.key)
    assert refused(attempt, member, (sku, 1), activity=activity) == "bargain_over"
    assert refused(attempt, make_buyer(), (sku, 1), activity=activity) == "bargain_over"
    assert unsound() == {}


def make_buyer():
    found = make_member()
    found.address = make_address(found)
    return found


def test_who_may_help_and_how_often(member):
    sku, other = make_sku(price=1_000), make_sku(price=1_000)
    items = [(each, {"price": 100, "units": 5}) for each in (sku, other)]
    rule = {**RULE, "most_helps": 1}
    activity = make_activity("bargain", items=items, rule=rule, excludes=[1, 2, 3, 4], has_stock=True)
    bargain, second = launch(member, activity.key, sku.key), launch(member, activity.key, other.key)
    friend = make_member()
    assert refused(help_bargain, member, bargain.key) == "own_bargain"
    help_bargain(friend, bargain.key)
    assert refused(help_bargain, friend, second.key) == "help_limit_exceeded"
    type(activity).objects.update(rule=RULE)
    assert refused(help_bargain, friend, bargain.key) == "already_helped"
    help_bargain(make_member(), bargain.key)
    assert refused(help_bargain, make_member(), bargain.key) == "bargain_over"
    assert Help.objects.filter(bargain=bargain).count() == 3
    assert unsound() == {}


def test_a_second_tap_gets_the_bargain_that_runs(member):
    sku = make_sku(price=1_000)
    activity = bargain_for(sku)
    assert launch(member, activity.key, sku.key) == launch(member, activity.key, sku.key)
    assert Bargain.objects.count() == 1


def test_it_ends_by_the_databases_clock_and_leaves_time_to_order_once_it_is_down(member):
    sku = make_sku(price=1_000)
    activity = bargain_for(sku, lasts=10 * 3600)
    bargain = launch(member, activity.key, sku.key)
    assert bargain.ends_at == activity.ends_at  # 24 hours would be longer than the activity
    bargain = brought_down(member, activity, sku)
    assert timedelta(hours=1.9) < bargain.ends_at - timezone.now() < timedelta(hours=2.1)
    Bargain.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert refused(attempt, member, (sku, 1), activity=activity) == "bargain_over"
    assert launch(member, activity.key, sku.key).helped == 1


def test_at_any_price_it_may_be_bought_before(member):
    sku = make_sku(price=1_000)
    activity = bargain_for(sku, rule={"any_price": True})
    bargain = launch(member, activity.key, sku.key)
    order = buy(member, (sku, 1), activity=activity)
    assert order.total == 1_000 - bargain.cuts[0]
    assert refused(help_bargain, make_member(), bargain.key) == "bargain_over"


def test_a_cancelled_order_gives_the_bargain_back_and_late_money_takes_it_again(member):
    sku = make_sku(price=1_000)
    activity = bargain_for(sku)
    brought_down(member, activity, sku)
    first = buy(member, (sku, 1), activity=activity)
    orders.mark_cancelled(first, Order.CancelReason.EXPIRED, actor="test")
    Bargain.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert orders.reopen(first, first.total)
    assert Bargain.objects.get().state == Bargain.State.ORDERED
    assert unsound() == {}


def test_late_money_is_refused_when_the_bargain_was_ordered_again(member):
    sku = make_sku(price=1_000)
    activity = bargain_for(sku)
    brought_down(member, activity, sku)
    first = buy(member, (sku, 1), activity=activity)
    orders.mark_cancelled(first, Order.CancelReason.EXPIRED, actor="test")
    second = buy(member, (sku, 1), activity=activity)
    assert not orders.reopen(first, first.total)
    assert Bargain.objects.get().order == second.number
    assert unsound() == {}


def test_a_bargain_that_comes_back_beside_another_leaves_both_to_be_ordered(member):
    sku = make_sku(price=1_000)
    activity = bargain_for(sku, rule={"any_price": True})
    down = brought_down(member, activity, sku)
    first = buy(member, (sku, 1), activity=activity)
    other = launch(member, activity.key, sku.key)
    orders.mark_cancelled(first, Order.CancelReason.MEMBER, actor="test")
    assert launch(member, activity.key, sku.key) == down  # the cheaper one
    placed = [buy(member, (sku, 1), activity=activity) for _bargain in range(2)]
    assert [order.total for order in placed] == [100, other.price]
    assert [Bargain.objects.get(pk=each.pk).order for each in (down, other)] == [order.number for order in placed]
    assert refused(attempt, member, (sku, 1), activity=activity) == "bargain_over"
    assert unsound() == {}


def test_late_money_takes_no_other_bargain_than_its_own(member):
    sku = make_sku(price=1_000)
    activity = bargain_for(sku)
    down = brought_down(member, activity, sku)
    first = buy(member, (sku, 1), activity=activity)
    orders.mark_cancelled(first, Order.CancelReason.EXPIRED, actor="test")
    second = buy(member, (sku, 1), activity=activity)
    dear = launch(member, activity.key, sku.key)
    assert not orders.reopen(first, first.total)
    assert [Bargain.objects.get(pk=each.pk).order for each in (down, dear)] == [second.number, ""]
    assert unsound() == {}


def test_the_endpoints_tell_a_friend_what_helps(member, api):
    sku = make_sku(price=1_000)
    activity = bargain_for(sku)
    made = api.post("/api/v1/bargains", {"activity": activity.key, "sku": sku.key}, token=member.token)
    assert made.status_code == 201
    key = made.json()["key"]
    friend = make_member()
    seen = api.get(f"/api/v1/bargains/{key}").json()
    assert (seen["is_mine"], seen["missing"], seen["lowest_price"], seen["order"]) == (False, 2, 100, "")
    cut = api.post(f"/api/v1/bargains/{key}/help", token=friend.token)
    assert cut.json()["amount"] == Bargain.objects.get().cuts[1]
    mine = api.get("/api/v1/me/bargains", token=member.token).json()["results"]
    assert [(row["key"], row["missing"], row["can_be_ordered"]) for row in mine] == [(key, 1, False)]
    names = [row["name"] for row in api.get(f"/api/v1/bargains/{key}", token=friend.token).json()["cuts"]]
    assert names == ["小**", "小**"]
    assert api.post(f"/api/v1/bargains/{key}/help").status_code == 401
    assert api.get("/api/v1/bargains/nobody").status_code == 404


def test_the_endpoints_tell_the_rule_and_when_nothing_is_left(member, api):
    sku = make_sku(price=1_000)
    activity = bargain_for(sku, units=1, rule={"any_price": True, "most_helps": 2})
    details = api.get(f"/api/v1/activities/{activity.key}").json()["details"]
    assert details == {"helpers": 3, "hours": 24, "pay_hours": 2, "any_price": True, "most_helps": 2}
    key = launch(member, activity.key, sku.key).key
    other = make_member()
    launch(other, activity.key, sku.key)
    assert api.get(f"/api/v1/bargains/{key}").json()["sold_out"] is False
    other.address = make_address(other)
    order = buy(other, (sku, 1), activity=activity)
    (mine,) = api.get("/api/v1/me/bargains", token=member.token).json()["results"]
    assert (mine["key"], mine["sold_out"]) == (key, True)
    orders.mark_cancelled(order, Order.CancelReason.EXPIRED, actor="test")
    assert api.get(f"/api/v1/bargains/{key}").json()["sold_out"] is False


@pytest.mark.race
def test_many_helpers_at_once_take_each_cut_once(committed_shop):  # noqa: F811
    sku = make_sku(price=1_000, stock=100)
    activity = bargain_for(sku, units=50)
    for _round in range(20):
        launcher, friends = make_buyer(), [make_member() for _friend in range(4)]
        bargain = launch(launcher, activity.key, sku.key)
        tries = [partial(help_bargain, friend, bargain.key) for friend in (*friends, friends[0])]
        results = together(committed_shop, *tries)
        assert sorted(each.place for each in results if isinstance(each, Help)) == [2, 3]
        assert Bargain.objects.get(pk=bargain.pk).price == 100
        orders_placed = together(committed_shop, *[partial(buy, launcher, (sku, 1), activity=activity)] * 3)
        assert len([each for each in orders_placed if isinstance(each, Order)]) == 1
    assert unsound() == {}


@pytest.mark.race
def test_looking_first_lets_two_helpers_take_the_last_cut(committed_shop):  # noqa: F811
    """The control: who reads which cut is next and then writes takes the same cut as another."""
    from tests.race import Meeting

    sku = make_sku(price=1_000, stock=100)
    activity = bargain_for(sku, units=50)
    for _round in range(3):
        bargain = launch(make_buyer(), activity.key, sku.key)
        meeting, taken = Meeting(), []

        def naive(bargain=bargain, meeting=meeting, taken=taken):
            helped = Bargain.objects.get(pk=bargain.pk).helped
            meeting.wait()
            Bargain.objects.filter(pk=bargain.pk).update(helped=helped + 1)
            taken.append(helped)

        together(committed_shop, naive, naive)
        assert taken[0] == taken[1]
