"""A lower price for a time: what it takes off, for whom, how often, and when."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.postgres.functions import TransactionNow
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.core.auditing import violations
from shop.core.errors import ShopError
from shop.members.models import Level, Member
from shop.orders import services as orders
from shop.orders.models import Order, OrderPromotion
from shop.promotions.models import Activity, Claim, Use
from shop.promotions.receivers import on_member_erased
from shop.promotions.services import activities as life
from tests.conftest import body
from tests.factories import make_address, make_member, make_sku
from tests.promotions.activities import attempt, buy, end_now, make_activity, paid, quoted, refund, unsound
from tests.shop.selling import make_service


def test_a_price_and_a_share_hold_per_unit_and_are_stored_by_line(member):
    cup, tea = make_sku(price=1_990), make_sku(price=999)
    activity = make_activity(items=[(cup, {"price": 1_500}), (tea, {"details": {"discount_bp": 1_500}})])
    order = buy(member, (cup, 2), (tea, 3))
    # 999 less 15 % is 149.85, rounded down to 149 off each unit.
    assert [(line.amount, line.discount, line.total) for line in order.lines.all()] == [
        (3_980, 980, 3_000),
        (2_997, 447, 2_550),
    ]
    assert list(OrderPromotion.objects.values_list("tool", "ref", "amount")) == [
        ("limited_discount", activity.key, 980),
        ("limited_discount", activity.key, 447),
    ]
    assert unsound() == {}


def test_the_better_of_member_price_and_discount_holds_and_never_both(member):
    level = Level.objects.create(name="金卡", threshold=1, discount_bp=1_000)
    type(member).objects.filter(pk=member.pk).update(level=level)
    member.refresh_from_db()
    member.address = make_address(member)
    sku, dear = make_sku(price=1_000), make_sku(price=1_000)
    make_activity(items=[(sku, {"price": 950}), (dear, {"price": 800})])
    priced = quoted(member, (sku, 1), (dear, 1))
    assert [line.total for line in priced.lines] == [900, 800]
    assert {(each.tool, each.saved) for each in priced.discounts} == {("member_price", 100), ("limited_discount", 200)}


def test_units_beyond_the_limit_cost_the_normal_price(member):
    sku = make_sku(price=1_000)
    activity = make_activity(items=[(sku, {"price": 600})], most_per_member=3)
    first = paid(member, (sku, 2))
    assert first.total == 1_200
    second = buy(member, (sku, 4))
    assert second.total == 600 + 3 * 1_000
    assert quoted(member, (sku, 1)).total == 1_000
    assert [miss.reason for miss in quoted(member, (sku, 1)).misses] == ["limit_reached"]
    assert Use.objects.get().units == 3
    orders.mark_cancelled(second, Order.CancelReason.MEMBER, actor="test")
    assert (Use.objects.get().units, quoted(member, (sku, 1)).total) == (2, 600)
    assert unsound() == {}
    assert quoted(_another(), (sku, 4)).total == 3 * 600 + 1_000
    assert Claim.objects.filter(activity=activity).count() == 2


def _another():
    found = make_member()
    found.address = make_address(found)
    return found


def test_a_limit_per_phone_and_address_counts_over_members(member):
    sku = make_sku(price=1_000)
    make_activity(items=[(sku, {"price": 600})], most_per_phone=1)
    buy(member, (sku, 1))
    with pytest.raises(ShopError) as refused:
        attempt(_another(), (sku, 1))  # another member with the same phone and address
    assert (refused.value.code, refused.value.detail["by"]) == ("limit_exceeded", "phone")
    Activity.objects.update(most_per_phone=0, most_per_address=1)
    with pytest.raises(ShopError) as refused:
        for _times in range(2):
            attempt(_another(), (sku, 1))
    assert (refused.value.code, refused.value.detail["by"]) == ("limit_exceeded", "address")


def test_an_order_tells_what_each_promotion_took_off_each_line(api, member):
    cup, tea = make_sku(price=1_000), make_sku(price=500)
    sale = make_activity(items=[(cup, {"price": 600})])
    off = make_activity("full_reduction", rule={"tiers": [{"threshold": 1_000, "minus": 110}]}, scope={"all": True})
    number = buy(member, (cup, 1), (tea, 1)).number
    taken = [
        [("limited_discount", sale.key, 400), ("full_reduction", off.key, 60)],
        [("full_reduction", off.key, 50)],
    ]
    detail = body(api.get(f"/api/v1/orders/{number}", token=member.token))
    (listed,) = body(api.get("/api/v1/orders", token=member.token))["results"]
    for row in (detail, listed):
        told = [[(each["tool"], each["key"], each["amount"]) for each in line["promotions"]] for line in row["lines"]]
        assert told == taken
        assert [line["discount"] for line in row["lines"]] == [460, 50]


def test_many_orders_tell_it_in_as_many_queries_as_one(api, member):
    sku = make_sku(price=1_000)
    make_activity(items=[(sku, {"price": 600})])
    asked = []
    for _order in range(3):  # the first request reads the shop's keys, too
        buy(member, (sku, 1))
        with CaptureQueriesContext(connection) as queries:
            rows = body(api.get("/api/v1/orders", token=member.token))["results"]
        asked.append(len(queries))
    assert (len(rows), asked[1]) == (3, asked[2])


def test_what_is_not_sent_counts_for_the_phone_of_its_member(member):
    services = [make_service(price=1_000) for _each in range(2)]
    activity = make_activity(items=[(sku, {"price": 600}) for sku in services], most_per_phone=1)
    same = _another()
    for each in (member, same):
        each.phone = "13900001234"
        each.save()
    first = attempt(member, (services[0], 1))
    assert first.phone_digest == ""
    with pytest.raises(ShopError) as refused:
        attempt(same, (services[1], 1))
    assert (refused.value.code, refused.value.detail["by"]) == ("limit_exceeded", "phone")
    orders.mark_cancelled(first, Order.CancelReason.MEMBER, actor="test")
    assert attempt(same, (services[1], 1)).total == 600
    attempt(_another(), (services[0], 1))  # nobody knows whose phone that is
    assert sorted(Use.objects.filter(activity=activity, kind="PHONE").values_list("units", flat=True)) == [1]


def test_an_activity_for_so_many_members_takes_no_more(member):
    sku = make_sku(price=1_000, stock=50)
    make_activity(items=[(sku, {"price": 600})], most_members=2)
    first = buy(member, (sku, 1))
    buy(member, (sku, 1))  # the same member again
    buy(_another(), (sku, 1))
    third = _another()
    with pytest.raises(ShopError) as refused:
        attempt(third, (sku, 1))
    assert (refused.value.code, refused.value.detail["by"], Order.objects.count()) == ("limit_exceeded", "all", 3)
    orders.mark_cancelled(first, Order.CancelReason.MEMBER, actor="test")
    with pytest.raises(ShopError):
        attempt(third, (sku, 1))  # the first member still has an order
    orders.mark_cancelled(Order.objects.filter(member=member).last(), Order.CancelReason.MEMBER, actor="test")
    assert buy(third, (sku, 1)).total == 600
    assert unsound() == {}


def test_it_holds_from_its_beginning_to_before_its_end_by_the_databases_clock(member, monkeypatch):
    sku = make_sku(price=1_000)
    activity = make_activity(items=[(sku, {"price": 600})], begins=60)
    assert quoted(member, (sku, 1)).total == 1_000
    Activity.objects.update(starts_at=TransactionNow())
    assert quoted(member, (sku, 1)).total == 600
    late = timezone.now() + timedelta(days=9)
    monkeypatch.setattr(timezone, "now", lambda: late)  # this machine's clock is wrong
    assert quoted(member, (sku, 1)).total == 600
    monkeypatch.undo()
    end_now(activity)
    assert quoted(member, (sku, 1)).total == 1_000
    assert life.on_end(activity.key) is None
    assert Activity.objects.get().state == Activity.State.ENDED


def test_no_line_names_what_applies_by_itself(member):
    sku = make_sku(price=1_000)
    activity = make_activity(items=[(sku, {"price": 600})])
    with pytest.raises(ShopError) as refused:
        quoted(member, (sku, 1), activity=activity)
    assert refused.value.code == "activity_over"


def test_a_draft_does_nothing_and_is_published_once(member):
    sku = make_sku(price=1_000)
    activity = make_activity(items=[(sku, {"price": 600})], published=False)
    assert quoted(member, (sku, 1)).total == 1_000
    life.publish_activity(activity, actor="test")
    with pytest.raises(ShopError) as refused:
        life.publish_activity(activity, actor="test")
    assert refused.value.code == "not_draft"
    assert quoted(member, (sku, 1)).total == 600
    over = make_activity(items=[(sku, {"price": 500})], begins=-100, lasts=50, published=False)
    with pytest.raises(ShopError) as refused:
        life.publish_activity(over, actor="test")
    assert refused.value.code == "activity_over"


def test_refunds_read_what_is_stored_though_the_activity_is_over(member):
    sku = make_sku(price=1_000)
    activity = make_activity(items=[(sku, {"price": 667})], most_per_member=2)
    order = paid(member, (sku, 3))
    assert order.total == 2 * 667 + 1_000
    life.end_activity(activity, actor="test")
    assert [refund(order, {1: 1}, f"a{number}") for number in range(3)] == [778, 778, 778]
    assert Use.objects.get().units == 0
    assert unsound() == {}


def test_an_erased_members_phone_and_address_are_forgotten_and_counted_no_more(member):
    sku = make_sku(price=1_000)
    make_activity(items=[(sku, {"price": 600})], most_per_phone=3, most_per_address=9, most_per_member=9)
    neighbour = _another()
    for buyer, units in ((member, 1), (member, 1), (neighbour, 1)):
        buy(buyer, (sku, units))
    assert set(Use.objects.exclude(kind="MEMBER").values_list("kind", "units")) == {("PHONE", 3), ("ADDRESS", 3)}
    Member.objects.filter(pk=member.pk).update(erased_at=timezone.now() - timedelta(hours=2))
    before = violations()["I18"]
    for _again in range(2):
        on_member_erased(SimpleNamespace(ids={"member": member.pk}))
        assert set(Use.objects.exclude(kind="MEMBER").values_list("kind", "units")) == {("PHONE", 1), ("ADDRESS", 1)}
    assert set(Claim.objects.filter(member=member).values_list("phone", "address")) == {("", "")}
    assert Claim.objects.get(member=neighbour).phone
    assert (before - violations()["I18"], unsound()) == (2, {})
    orders.mark_cancelled(Order.objects.filter(member=member).first(), Order.CancelReason.MEMBER, actor="test")
    assert Use.objects.get(subject=str(member.pk)).units == 1
