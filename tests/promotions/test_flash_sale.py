"""秒杀: a price of its own for units of its own, in sessions that begin and end by the database's clock."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.postgres.functions import TransactionNow
from django.db import connection
from django.utils import timezone

from payments.services.closing import expire_order
from shop.core.errors import ShopError
from shop.inventory.models import StockItem
from shop.marketing.flash_sale import reminders
from shop.marketing.flash_sale.models import Reminder
from shop.marketing.flash_sale.receivers import on_member_erased
from shop.marketing.flash_sale.reminders import on_remind
from shop.marketing.flash_sale.services import draft_session, repeat_session
from shop.members.models import Level, Member
from shop.orders import services as orders
from shop.orders.models import Order
from shop.promotions.drafts import ItemDraft
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.services import activities as life
from tenants.models import Due, OutboxEvent
from tests.factories import broken, make_address, make_member, make_sku
from tests.promotions.activities import attempt, buy, make_activity, quoted, refund, unsound
from tests.shop.members import body, refused

SALES = "/api/v1/flash-sales"


def flash(*items, begins=-60, lasts=3600, **fields):
    """A published session of (SKU, price, units)."""
    starts_at = timezone.now() + timedelta(seconds=begins)
    ends_at = starts_at + timedelta(seconds=lasts)
    rows = [ItemDraft(sku.pk, price, units) for sku, price, units in items]
    session = draft_session("十点场", rows, starts_at=starts_at, ends_at=ends_at, **fields)
    life.publish_activity(session, actor="test")
    session.refresh_from_db()
    return session


def stock(sku):
    return {item.bucket: (item.on_hand, item.reserved) for item in StockItem.objects.filter(sku=sku)}


def another():
    found = make_member()
    found.address = make_address(found)
    return found


def test_a_line_that_names_the_session_has_its_price_and_its_stock(member):
    level = Level.objects.create(name="金卡", threshold=1, discount_bp=1_000)
    Member.objects.filter(pk=member.pk).update(level=level)
    member.refresh_from_db()
    member.address = make_address(member)
    cup, tea = make_sku(price=1_990, stock=8), make_sku(price=1_000, stock=8)
    session = flash((cup, 99, 3))
    make_activity("full_reduction", rule={"tiers": [{"threshold": 100, "minus": 50}]}, scope={"all": True})
    order = orders.place_order(
        member,
        orders.OrderRequest(
            items=[orders.Wanted(cup.key, 2, ("flash_sale", session.key)), orders.Wanted(tea.key, 1)],
            address=member.address.key,
        ),
    )
    # 198 for the session's units, untouched by everything else; the other has 10 % off. A price and a reduction: 850.
    assert [(line.total, line.bucket) for line in order.lines.all()] == [(198, session.key), (850, "")]
    assert (stock(cup), stock(tea)) == ({"": (5, 0), session.key: (3, 2)}, {"": (8, 1)})
    assert quoted(member, (cup, 1)).lines[0].total < 1_990  # without naming it: the usual promotions
    assert unsound() == {}


def test_five_minutes_are_left_to_pay_unless_the_session_says_otherwise(member):
    sku = make_sku(price=1_000, stock=20)
    made = {None: make_activity("flash_sale", items=[(sku, {"price": 100})]), 5: flash((sku, 100, 2))}
    made[2] = flash((sku, 100, 2), pay_minutes=2)
    waits = []
    for session in made.values():
        order = buy(member, (sku, 1), activity=session)
        waits.append(round((order.pay_deadline - timezone.now()).total_seconds() / 60))
        row = Due.objects.get(kind="orders.expire", ref=order.number)
        assert round((row.run_at - timezone.now()).total_seconds() / 60) == waits[-1]
    assert waits == [5, 5, 2]
    assert made[None].pay_minutes is None


def test_the_last_unit_is_the_last_though_the_shop_has_more(member):
    sku = make_sku(price=1_000, stock=50)
    session = flash((sku, 100, 2))
    buy(member, (sku, 2), activity=session)
    with pytest.raises(ShopError) as refused:
        attempt(another(), (sku, 1), activity=session)
    assert (refused.value.code, refused.value.detail["skus"][0]["available"]) == ("sold_out", 0)
    assert (Order.objects.count(), stock(sku)) == (1, {"": (48, 0), session.key: (2, 2)})
    assert buy(another(), (sku, 1)).total == 1_000  # from the shop's own stock
    assert unsound() == {}


def test_units_of_an_order_that_is_not_paid_are_sold_again_after_its_deadline(member):
    sku = make_sku(price=1_000, stock=5)
    session = flash((sku, 100, 1), most_per_member=1)
    first = buy(member, (sku, 1), activity=session)
    with pytest.raises(ShopError):
        attempt(another(), (sku, 1), activity=session)
    expire_order(first.number)
    assert Order.objects.get(pk=first.pk).cancel_reason == Order.CancelReason.EXPIRED
    second = buy(another(), (sku, 1), activity=session)
    assert (second.total, stock(sku)) == (100, {"": (4, 0), session.key: (1, 1)})
    # The first one's money comes all the same: nothing is left for it.
    assert not orders.reopen(first, first.total)
    assert unsound() == {}


def test_refunded_units_are_sold_again_while_it_runs_and_by_the_shop_when_it_is_over(member):
    sku = make_sku(price=1_000, stock=5)
    session = flash((sku, 100, 2))
    order = buy(member, (sku, 2), activity=session)
    assert orders.mark_paid(order, order.total) == orders.Outcome.PAID
    order = Order.objects.get(pk=order.pk)
    assert refund(order, {1: 1}, "a") == 100
    assert buy(another(), (sku, 1), activity=session).total == 100
    life.end_activity(session, actor="test")
    assert refund(order, {1: 1}, "b") == 100
    assert stock(sku) == {"": (4, 0), session.key: (1, 1)}
    assert unsound() == {}


@pytest.mark.parametrize(
    ("limit", "by"), [("most_per_member", "member"), ("most_per_phone", "phone"), ("most_per_address", "address")]
)
def test_its_limits_hold(member, limit, by):
    sku = make_sku(price=1_000, stock=20)
    session = flash((sku, 100, 10), **{limit: 2})
    buy(member, (sku, 2), activity=session)
    rival = member if by == "member" else another()  # the same telephone and address
    with pytest.raises(ShopError) as refused:
        attempt(rival, (sku, 1), activity=session)
    assert (refused.value.code, Order.objects.count()) == ("limit_exceeded", 1)
    assert stock(sku)[session.key] == (10, 2)
    assert unsound() == {}


def test_an_order_holds_no_more_than_allowed_and_so_many_members_take_part(member):
    sku = make_sku(price=1_000, stock=20)
    session = flash((sku, 100, 10), most_per_order=1, most_members=2)
    with pytest.raises(ShopError) as refused:
        attempt(member, (sku, 2), activity=session)
    assert (refused.value.code, refused.value.detail["limit"]) == ("limit_exceeded", 1)
    buy(member, (sku, 1), activity=session)
    buy(another(), (sku, 1), activity=session)
    with pytest.raises(ShopError) as refused:
        attempt(another(), (sku, 1), activity=session)
    assert (refused.value.detail["by"], Order.objects.count(), stock(sku)[session.key]) == ("all", 2, (10, 2))


WINDOWS = [
    ("now()", "now() + interval '1 microsecond'", True),
    ("now() + interval '1 microsecond'", "now() + interval '1 hour'", False),
    ("now() - interval '1 hour'", "now()", False),
    ("now() - interval '1 hour'", "now() + interval '1 microsecond'", True),
]


@pytest.mark.parametrize("wrong", [0, -300, 300], ids=["right", "slow", "fast"])
@pytest.mark.parametrize(("starts", "ends", "runs"), WINDOWS)
def test_the_databases_clock_decides_to_the_microsecond(member, monkeypatch, wrong, starts, ends, runs):
    sku = make_sku(price=1_000, stock=5)
    session = flash((sku, 100, 2), begins=-5, lasts=10)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE promotions_activity SET starts_at = {starts}, ends_at = {ends}")
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(seconds=wrong))  # this machine's clock is wrong
    if runs:
        assert buy(member, (sku, 1), activity=session).total == 100
    else:
        with pytest.raises(ShopError) as refused:
            attempt(member, (sku, 1), activity=session)
        assert (refused.value.code, Order.objects.count()) == ("activity_over", 0)
        assert stock(sku)[session.key] == (2, 0)
    assert unsound() == {}


def test_the_auditor_notices_an_order_outside_the_window_and_units_that_were_not_carved(member):
    sku = make_sku(price=1_000, stock=5)
    session = flash((sku, 100, 2))
    buy(member, (sku, 2), activity=session)
    assert unsound() == {}
    ActivityItem.objects.update(units=1)
    assert unsound() == {"I14": 1}
    ActivityItem.objects.update(units=2)
    Activity.objects.update(starts_at=TransactionNow() + timedelta(microseconds=1))
    assert unsound() == {"I14": 1}
    Activity.objects.update(starts_at=TransactionNow() - timedelta(hours=1), ends_at=TransactionNow())
    assert unsound() == {"I14": 1}
    Activity.objects.update(ends_at=TransactionNow() + timedelta(microseconds=1))
    assert unsound() == {}


def test_a_session_is_made_again_for_other_hours_as_drafts(member):
    sku = make_sku(price=1_000, stock=9)
    session = flash((sku, 100, 2), most_per_member=1, pay_minutes=3)
    noon = timezone.now().replace(microsecond=0) + timedelta(days=1)
    made = repeat_session(session, starts=[noon + timedelta(hours=2), noon, noon])
    assert [each.starts_at for each in made] == [noon, noon + timedelta(hours=2)]
    for each in made:
        stored = Activity.objects.get(pk=each.pk)
        assert (stored.state, stored.ends_at - stored.starts_at) == ("DRAFT", timedelta(hours=1))
        assert (stored.title, stored.most_per_member, stored.pay_minutes) == ("十点场", 1, 3)
        assert (stored.has_stock, stored.excludes, stored.views) == (True, [1, 2, 3, 4], 0)
        assert list(stored.items.values_list("sku", "price", "units")) == [(sku.pk, 100, 2)]
    assert len({session.key, *(each.key for each in made)}) == 3
    assert stock(sku) == {"": (7, 0), session.key: (2, 0)}  # nothing is carved for a draft
    life.publish_activity(made[0], actor="test")
    assert stock(sku)[made[0].key] == (2, 0)


@pytest.mark.parametrize(
    ("price", "units", "wrong"), [(0, 1, "price"), (1_000, 1, "price"), (None, 1, "price"), (10, 0, "units")]
)
def test_a_session_whose_price_is_none_is_not_made(member, price, units, wrong):
    sku = make_sku(price=1_000)
    now = timezone.now()
    with pytest.raises(ShopError) as refused:
        draft_session("场", [ItemDraft(sku.pk, price, units)], starts_at=now, ends_at=now + timedelta(hours=1))
    assert (refused.value.code, list(refused.value.detail)) == ("activity_invalid", [f"items[0].{wrong}"])
    assert not Activity.objects.exists()


def test_shoppers_see_the_sessions_of_today_and_tomorrow(api, member):
    sku, tea = make_sku(price=1_000, stock=90), make_sku(price=900, stock=90)
    runs = flash((sku, 100, 30), (tea, 90, 1))
    buy(member, (sku, 4), (tea, 1), activity=runs)
    soon = flash((tea, 80, 5), begins=60)
    also = flash((sku, 70, 5), begins=60)
    Activity.objects.filter(pk=also.pk).update(starts_at=soon.starts_at)
    flash((sku, 60, 5), begins=3 * 86_400)
    draft_session("稿", [ItemDraft(sku.pk, 50, 1)], starts_at=timezone.now(), ends_at=soon.ends_at)
    life.end_activity(flash((sku, 40, 1)), actor="test")
    answer = body(api.get(SALES))
    shown = [(group["phase"], [each["key"] for each in group["sessions"]]) for group in answer["groups"]]
    assert shown == [("LIVE", [runs.key]), ("COMING", [soon.key, also.key])]
    items = answer["groups"][0]["sessions"][0]["items"]
    # 4 of 30 are 13 %.
    assert [(each["price"], each["normal_price"], each["sold_percent"], each["sold_out"]) for each in items] == [
        (100, 1_000, 10, False),
        (90, 900, 100, True),
    ]
    assert answer["groups"][1]["sessions"][0]["items"][0]["sold_percent"] == 0
    assert abs(timezone.datetime.fromisoformat(answer["now"]) - timezone.now()) < timedelta(minutes=1)


def remind(api, member, session):
    return api.post(f"/api/v1/activities/{session.key}/remind", token=member.token)


def told():
    return sorted(
        (event.ref_kind, event.ref, event.ids["activity"])
        for event in OutboxEvent.objects.filter(topic="activity.reminder")
    )


def test_who_wants_to_be_told_is_told_once_three_minutes_before(api, member):
    session = flash((make_sku(price=1_000), 100, 1), begins=600)
    assert [remind(api, member, session).status_code for _twice in range(2)] == [204, 204]
    assert Reminder.objects.count() == 1
    row = Due.objects.get(kind="flash_sale.remind", ref=session.key)
    assert abs(session.starts_at - timedelta(minutes=3) - row.run_at) < timedelta(seconds=1)
    again = on_remind(session.key)  # too early
    assert (round(again.seconds), told()) == (420, [])
    assert broken() == {}
    Activity.objects.update(starts_at=TransactionNow() + timedelta(seconds=179))
    assert (on_remind(session.key).seconds, told()) == (20, [("member", str(member.pk), session.key)])
    late = another()
    assert remind(api, late, session).status_code == 204
    on_remind(session.key)
    on_remind(session.key)
    assert told() == sorted(("member", str(each.pk), session.key) for each in (member, late))
    Activity.objects.update(starts_at=TransactionNow())
    assert on_remind(session.key) is None


def test_the_reminder_keeps_the_databases_time(api, member, monkeypatch):
    session = flash((make_sku(price=1_000), 100, 1), begins=600)
    real = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: real() + timedelta(seconds=300))
    reminders.remind(member, session.key)
    monkeypatch.undo()
    row = Due.objects.get(kind="flash_sale.remind", ref=session.key)
    assert abs(session.starts_at - timedelta(minutes=3) - row.run_at) < timedelta(seconds=1)


def test_nobody_is_told_of_what_runs_or_is_no_flash_sale(api, member):
    sku = make_sku(price=1_000)
    runs, other = flash((sku, 100, 1)), make_activity(items=[(sku, {"price": 600})], begins=600)
    refused(remind(api, member, runs), 409, "already_started")
    refused(remind(api, member, other), 404, "not_found")
    refused(remind(api, member, SimpleNamespace(key="nothing")), 404, "not_found")
    refused(api.post(f"/api/v1/activities/{runs.key}/remind"), 401, "unauthorized")
    assert not Reminder.objects.exists()
    coming = flash((sku, 100, 1), begins=600)
    remind(api, member, coming)
    life.end_activity(coming, actor="test")
    assert (on_remind(coming.key), told()) == (None, [])


def test_the_auditor_notices_a_reminder_that_nobody_sends(api, member):
    session = flash((make_sku(price=1_000), 100, 1), begins=600)
    remind(api, member, session)
    Due.objects.filter(kind="flash_sale.remind").delete()
    assert broken() == {"I19": 1}


def test_nothing_is_left_of_an_erased_member(api, member):
    session = flash((make_sku(price=1_000), 100, 1), begins=600)
    remind(api, member, session)
    Member.objects.filter(pk=member.pk).update(erased_at=timezone.now() - timedelta(hours=2))
    found = broken()["I18"]
    on_member_erased(SimpleNamespace(ids={"member": member.pk}))
    assert (Reminder.objects.count(), broken()["I18"]) == (0, found - 1)
