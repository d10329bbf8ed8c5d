"""After-sales: what may be asked back, what it comes to, and where units, stock and money are afterwards."""
# ruff: noqa: F811

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection
from django.utils import timezone

from payments.models import Refund
from payments.services import refunding
from payments.services.settling import refund_failed
from shop.aftersale import services
from shop.aftersale.invariants import INVARIANTS
from shop.aftersale.models import AfterSale, AfterSaleLine
from shop.aftersale.receivers import on_member_erased, on_refund_done
from shop.core.errors import ShopError
from shop.fulfilment.services import ship
from shop.orders.models import Order, OrderLine
from shop.pricing.models import FreightRule
from shop.virtual import services as virtual
from shop.virtual.models import CardSecret, ServiceCode
from tenants.models import Due, OutboxEvent
from tests.factories import broken, make_member, make_order, make_sku
from tests.payments.conftest import money, paysim  # noqa: F401
from tests.shop.after_sales import (
    arrive,
    ask,
    bought,
    held,
    line,
    on_hand,
    order_state,
    pay_back,
    payment_of,
    send,
    set_days,
    state,
)
from tests.shop.selling import add_secrets, hear_paid, make_card, make_service


def refused(code, act):
    with pytest.raises(ShopError) as caught:
        act()
    assert caught.value.code == code, caught.value
    return caught.value


def events(topic="aftersale."):
    return sorted(OutboxEvent.objects.filter(topic__startswith=topic).values_list("topic", flat=True))


def charge_freight(fen):
    FreightRule.objects.update(mode="PIECE", first=1, first_fee=fen, extra=1, extra_fee=0, free_over=None)


# Asking.


def test_asking_holds_units_and_their_money(money):
    order = bought(money, (make_sku(price=1000), 3))
    after_sale = ask(order, {1: 2}, description=" 碎了 ")
    assert (after_sale.state, after_sale.amount, after_sale.description) == ("APPLIED", 2000, "碎了")
    assert held(order) == (2, 2000, 0)
    assert payment_of(order).refund_held == 0
    assert events() == ["aftersale.applied"]
    assert broken() == {}


def test_more_units_than_bought_are_not_held(money):
    order = bought(money, (make_sku(), 3))
    ask(order, {1: 2})
    error = refused("units_exceeded", lambda: ask(order, {1: 2}))
    assert (error.status, error.detail) == (409, {"lines": {"1": 1}})
    assert held(order) == (2, 2000, 0)
    assert AfterSale.objects.count() == 1


@pytest.mark.parametrize("units", [{1: 0}, {1: -1}])
def test_no_units_are_no_after_sale(money, units):
    order = bought(money, (make_sku(), 3))
    refused("units_exceeded", lambda: ask(order, units))
    assert not AfterSale.objects.exists()


@pytest.mark.parametrize("units", [{}, {2: 1}, {1: 1, 9: 1}])
def test_lines_that_the_order_has_not_are_refused(money, units):
    order = bought(money, (make_sku(), 3))
    refused("line_unknown", lambda: ask(order, units))
    assert held(order) == (0, 0, 0)


def test_an_order_that_is_not_paid_has_no_after_sale(shop):
    order = make_order()
    refused("not_paid", lambda: ask(order, {1: 1}))
    assert services.claimable(order, order.lines.all()) == {line(order).pk: 0}


def test_a_cancelled_order_has_no_after_sale(money):
    order = bought(money)
    refunding.refund_order(order, reason="x", actor="x")
    refused("not_paid", lambda: ask(order, {1: 1}))


def test_somebody_elses_order_is_not_found(money):
    order = bought(money)
    with pytest.raises(Order.DoesNotExist):
        services.apply(make_member(), order, {1: 1}, reason="OTHER")
    assert held(order) == (0, 0, 0)


@pytest.mark.parametrize(("days", "age", "in_time"), [(7, 6, True), (7, 7, False), (0, 0, False), (30, 29, True)])
def test_the_time_after_completion_is_the_shops(money, days, age, in_time):
    set_days(days)
    order = bought(money)
    send(order, {1: 1})
    arrive(order)
    Order.objects.filter(pk=order.pk).update(completed_at=timezone.now() - timedelta(days=age))
    order.refresh_from_db()
    assert services.claimable(order, order.lines.all()) == {line(order).pk: int(in_time)}
    if in_time:
        ask(order, {1: 1})
    else:
        refused("after_sale_period_over", lambda: ask(order, {1: 1}))
        assert held(order) == (0, 0, 0)


def test_the_last_units_of_a_line_take_what_is_left_of_its_money(money):
    order = bought(money, (make_sku(price=334), 3), (make_sku(price=1000), 1))
    OrderLine.objects.filter(order=order, position=1).update(discount=2, total=1000)
    amounts = [ask(order, {1: 1}).amount for _ in range(3)]
    assert sum(amounts) == 1000 and set(amounts) == {333, 334}
    assert held(order) == (3, 1000, 0)


def test_a_rejected_share_is_asked_for_again_as_it_was(money):
    order = bought(money, (make_sku(price=334), 3), (make_sku(price=1000), 1))
    OrderLine.objects.filter(order=order, position=1).update(discount=2, total=1000)
    first, second = ask(order, {1: 1}), ask(order, {1: 1})
    services.reject(first, answer="没有破损", actor="x")
    assert second.amount + ask(order, {1: 2}).amount == 1000
    assert held(order) == (3, 1000, 0)


# The member thinks better of it; the merchant decides.


def test_a_member_takes_an_application_back_and_may_ask_again(money):
    order = bought(money, (make_sku(), 2))
    after_sale = ask(order, {1: 2})
    services.cancel(after_sale, actor="member:x")
    assert (state(after_sale), held(order)) == ("CANCELLED", (0, 0, 0))
    assert state(ask(order, {1: 2})) == "APPLIED"
    assert events() == ["aftersale.applied", "aftersale.applied", "aftersale.cancelled"]
    assert broken() == {}


def test_a_rejection_says_why_and_frees_what_was_held(money):
    order = bought(money, (make_sku(), 2))
    after_sale = ask(order, {1: 1})
    refused("answer_required", lambda: services.reject(after_sale, answer=" ", actor="x"))
    refused("answer_required", lambda: services.reject(after_sale, answer="长" * 201, actor="x"))
    assert (state(after_sale), held(order)) == ("APPLIED", (1, 1000, 0))
    services.reject(after_sale, answer=" 已使用 ", actor="boss")
    after_sale.refresh_from_db()
    assert (after_sale.state, after_sale.answer, after_sale.decided_by) == ("REJECTED", "已使用", "boss")
    assert held(order) == (0, 0, 0)
    assert state(ask(order, {1: 2})) == "APPLIED"
    assert broken() == {}


def test_agreeing_sends_the_money_and_its_notice_ends_the_after_sale(money):
    sku = make_sku(price=1000, stock=10)
    order = bought(money, (sku, 3))
    after_sale = ask(order, {1: 2})
    services.agree(after_sale, actor="boss")
    assert (state(after_sale), held(order), on_hand(sku)) == ("REFUNDING", (2, 2000, 2), 9)
    refund = Refund.objects.get()
    assert (refund.amount, refund.cause, refund.state) == (2000, f"after_sale:{after_sale.number}", "REQUESTED")
    assert Due.objects.filter(kind="payments.refund", ref=str(refund.pk)).exists()
    assert pay_back(after_sale).state == "DONE"
    after_sale.refresh_from_db()
    assert (after_sale.state, after_sale.ended_at is not None) == ("DONE", True)
    assert Order.objects.get(pk=order.pk).refunded == 2000
    on_refund_done(SimpleNamespace(ref=refund.out_refund_no))
    assert events() == ["aftersale.agreed", "aftersale.applied", "aftersale.done"]
    assert broken() == {}


def test_several_after_sales_of_one_line_follow_each_other(money):
    order = bought(money, (make_sku(), 3))
    send(order, {1: 3})
    for _ in range(3):
        after_sale = ask(order, {1: 1})
        services.agree(after_sale, actor="boss")
        pay_back(after_sale)
    assert held(order) == (3, 3000, 3)
    assert money.book(payment_of(order).attempt) == (3000, 3000)
    refused("units_exceeded", lambda: ask(order, {1: 1}))
    assert broken() == {}


@pytest.mark.parametrize("decide", ["agree", "reject", "cancel"])
@pytest.mark.parametrize("first", ["agree", "reject", "cancel"])
def test_what_is_decided_stays_decided(money, first, decide):
    acts = {
        "agree": lambda row: services.agree(row, actor="x"),
        "reject": lambda row: services.reject(row, answer="不行", actor="x"),
        "cancel": lambda row: services.cancel(row, actor="x"),
    }
    order = bought(money, (make_sku(), 2))
    after_sale = ask(order, {1: 1})
    acts[first](after_sale)
    before = state(after_sale), held(order), Refund.objects.count()
    assert refused("after_sale_decided", lambda: acts[decide](after_sale)).status == 409
    assert (state(after_sale), held(order), Refund.objects.count()) == before


def test_a_failed_refund_is_tried_again_and_ends_the_after_sale(money):
    order = bought(money, (make_sku(), 2))
    after_sale = ask(order, {1: 1})
    refused("refund_not_failed", lambda: services.refund_again(after_sale, actor="x"))
    services.agree(after_sale, actor="boss")
    refused("refund_not_failed", lambda: services.refund_again(after_sale, actor="x"))
    first = Refund.objects.get()
    refund_failed(first, "account frozen")
    assert services.failed_refund(after_sale).error == "account frozen"
    assert (state(after_sale), held(order)) == ("REFUNDING", (1, 1000, 1))
    again = services.refund_again(after_sale, actor="boss")
    assert (again.amount, again.cause) == (1000, first.cause)
    assert services.failed_refund(after_sale) is None
    pay_back(after_sale)
    assert state(after_sale) == "DONE"
    assert money.book(payment_of(order).attempt) == (2000, 1000)
    assert broken() == {}


def test_other_refunds_leave_after_sales_alone(money):
    order = bought(money, (make_sku(), 2))
    after_sale = ask(order, {1: 1})
    services.agree(after_sale, actor="boss")
    other = refunding.give_back(payment_of(order), 1000, reason="x", actor="x")
    Refund.objects.filter(pk=other.pk).update(state="DONE")
    on_refund_done(SimpleNamespace(ref=other.out_refund_no))
    on_refund_done(SimpleNamespace(ref=Refund.objects.get(cause=after_sale.cause).out_refund_no))  # not done yet
    assert state(after_sale) == "REFUNDING"


def test_units_that_cost_nothing_are_done_at_once(money):
    order = bought(money, (make_sku(price=1000), 1), (make_sku(price=1000), 1))
    OrderLine.objects.filter(order=order, position=1).update(discount=1000, total=0)
    after_sale = ask(order, {1: 1})
    services.agree(after_sale, actor="boss")
    assert (state(after_sale), Refund.objects.count()) == ("DONE", 0)
    assert wrong() == set()


# What the order and the stock become.


def test_refunded_units_are_not_shipped(money):
    sku = make_sku(stock=10)
    order = bought(money, (sku, 3))
    services.agree(ask(order, {1: 2}), actor="boss")
    refused("line_exceeded", lambda: send(order, {1: 2}))
    package = ship(order, None, carrier="zto", tracking_number="ZT00000009", actor="x")
    assert [row.quantity for row in package.lines.all()] == [1]
    assert (order_state(order), on_hand(sku)) == ("SHIPPED", 9)
    assert broken() == {}


def test_units_that_wait_for_a_decision_may_be_shipped_and_stay_away(money):
    sku = make_sku(stock=10)
    order = bought(money, (sku, 3))
    after_sale = ask(order, {1: 2})
    send(order, {1: 3})
    services.agree(after_sale, actor="boss")
    assert (on_hand(sku), line(order).units_left, order_state(order)) == (7, 0, "SHIPPED")
    pay_back(after_sale)
    assert broken() == {}


def test_an_order_whose_unsent_rest_is_refunded_is_sent(money):
    order = bought(money, (make_sku(stock=10), 5))
    send(order, {1: 3})
    services.agree(ask(order, {1: 2}), actor="boss")
    assert order_state(order) == "SHIPPED"
    assert Due.objects.filter(kind="fulfilment.auto_receive", ref=order.number).exists()
    assert broken() == {}


def test_an_order_that_is_all_refunded_before_it_is_sent_is_cancelled(money):
    charge_freight(800)
    one, two = make_sku(price=1000, stock=10), make_sku(price=500, stock=10)
    order = bought(money, (one, 2), (two, 1))
    assert order.total == 3300
    first, last = ask(order, {1: 2}), ask(order, {2: 1})
    assert (first.amount, first.freight, last.amount, last.freight) == (2000, 0, 1300, 800)
    services.agree(last, actor="boss")  # not the last one to be refunded: the freight is still owed
    last.refresh_from_db()
    assert (last.amount, last.freight, order_state(order)) == (500, 0, "TO_SHIP")
    services.agree(first, actor="boss")
    first.refresh_from_db()
    assert (first.amount, first.freight, order_state(order)) == (2800, 800, "CANCELLED")
    pay_back(first), pay_back(last)
    order.refresh_from_db()
    assert (order.cancel_reason, order.refunded) == ("REFUNDED", 3300)
    assert (on_hand(one), on_hand(two)) == (10, 10)
    assert money.book(payment_of(order).attempt) == (3300, 3300)
    assert broken() == {}


def test_the_freight_of_what_was_sent_stays(money):
    charge_freight(800)
    order = bought(money, (make_sku(price=1000), 2))
    after_sale = ask(order, {1: 2})
    assert after_sale.amount == 2800
    send(order, {1: 1})
    services.agree(after_sale, actor="boss")
    after_sale.refresh_from_db()
    assert (after_sale.amount, after_sale.freight, order_state(order)) == (2000, 0, "SHIPPED")
    assert broken() == {}


def test_an_order_with_an_after_sale_is_not_refunded_as_a_whole(money):
    order = bought(money, (make_sku(), 2))
    after_sale = ask(order, {1: 1})
    refused("after_sale_exists", lambda: refunding.refund_order(order, reason="x", actor="x"))
    assert (order_state(order), Refund.objects.count()) == ("TO_SHIP", 0)
    services.reject(after_sale, answer="不行", actor="x")
    refunding.refund_order(order, reason="x", actor="x")
    assert held(order) == (2, 2000, 2)
    assert broken() == {}


# What nobody carries.


def test_a_delivered_card_is_not_asked_back(money):
    order = bought(money, (make_card(stock=3), 2))
    hear_paid(order)
    assert services.claimable(order, order.lines.all()) == {line(order).pk: 0}
    refused("units_exceeded", lambda: ask(order, {1: 1}))


def test_cards_that_wait_for_secrets_are_refunded_and_the_rest_delivered(money):
    sku = make_card(stock=2)
    order = bought(money, (sku, 2))
    CardSecret.objects.filter(sku=sku).update(state="VOID", voided_at=timezone.now())  # a batch proved to be bad
    assert hear_paid(order) is not None
    services.agree(ask(order, {1: 1}), actor="boss")
    add_secrets(sku, 1)
    assert hear_paid(order) is None
    assert (line(order).shipped_quantity, order_state(order)) == (1, "COMPLETED")


def test_a_card_that_was_delivered_meanwhile_is_not_refunded(money):
    sku = make_card(stock=2)
    order = bought(money, (sku, 1))
    after_sale = ask(order, {1: 1})
    hear_paid(order)
    refused("card_delivered", lambda: services.agree(after_sale, actor="boss"))
    assert (state(after_sale), Refund.objects.count()) == ("APPLIED", 0)
    services.reject(after_sale, answer="已发出", actor="boss")
    assert broken() == {}


def test_unused_units_of_a_service_are_refunded_and_used_no_more(money):
    sku = make_service(stock=9, refund_rule="UNUSED")
    order = bought(money, (sku, 3))
    hear_paid(order)
    code = ServiceCode.objects.get()
    virtual.redeem(code, 1, ref="a", actor="x")
    order.refresh_from_db()
    refused("units_exceeded", lambda: ask(order, {1: 3}))
    after_sale = ask(order, {1: 2})
    services.agree(after_sale, actor="boss")
    refused("code_used_up", lambda: virtual.redeem(code, 1, ref="b", actor="x"))
    assert (order_state(order), on_hand(sku)) == ("COMPLETED", 8)
    pay_back(after_sale)
    assert broken() == {}


def test_a_service_that_was_used_meanwhile_is_not_refunded(money):
    order = bought(money, (make_service(refund_rule="UNUSED"), 1))
    hear_paid(order)
    after_sale = ask(order, {1: 1})
    virtual.redeem(ServiceCode.objects.get(), 1, ref="a", actor="x")
    refused("code_used_up", lambda: services.agree(after_sale, actor="boss"))
    assert (state(after_sale), Refund.objects.count()) == ("APPLIED", 0)


def test_a_service_that_is_never_given_back_is_not_asked_back(money):
    order = bought(money, (make_service(refund_rule="NEVER"), 1))
    hear_paid(order)
    refused("units_exceeded", lambda: ask(order, {1: 1}))


def test_a_code_does_not_expire_under_an_undecided_after_sale(money):
    order = bought(money, (make_service(refund_rule="ALWAYS", valid_days=1), 1))
    hear_paid(order)
    code = ServiceCode.objects.get()
    after_sale = ask(order, {1: 1})
    ServiceCode.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert virtual.expire(code.pk) is not None
    services.reject(after_sale, answer="会自动退", actor="x")
    assert virtual.expire(code.pk) is None
    assert (Refund.objects.get().cause, held(order)) == ("", (1, 1000, 1))
    assert broken() == {}


# People and the auditor.


def test_an_erased_members_words_go_and_the_amounts_stay(money):
    order = bought(money, (make_sku(), 2))
    after_sale = ask(order, {1: 1}, description="我的电话 13800138000")
    on_member_erased(SimpleNamespace(ids={"member": order.member_id}))
    after_sale.refresh_from_db()
    assert (after_sale.description, after_sale.amount) == ("", 1000)


def wrong():
    with connection.cursor() as cursor:
        found = set()
        for place, invariant in enumerate(INVARIANTS):
            cursor.execute(invariant.sql)
            found |= {place} if cursor.fetchall() else set()
    return found


def test_the_auditor_finds_units_that_nobody_asked_for(money):
    order = bought(money, (make_sku(), 3))
    ask(order, {1: 1})
    assert wrong() == set()
    OrderLine.objects.filter(order=order).update(held_quantity=2)
    assert wrong() == {0}
    assert set(broken()) == {"I10"}


def test_the_auditor_finds_money_that_nobody_asked_for(money):
    order = bought(money, (make_sku(), 3))
    ask(order, {1: 1})
    OrderLine.objects.filter(order=order).update(held_amount=999)
    assert wrong() == {0}


def test_the_auditor_finds_an_amount_that_does_not_add_up(money):
    after_sale = ask(bought(money, (make_sku(), 3)), {1: 1})
    AfterSale.objects.filter(pk=after_sale.pk).update(amount=1)
    assert wrong() == {1}


def test_the_auditor_finds_lines_of_another_order(money):
    after_sale = ask(bought(money, (make_sku(), 3)), {1: 1})
    other = bought(money, (make_sku(), 3))
    AfterSaleLine.objects.filter(after_sale=after_sale).update(order_line=line(other))
    assert 1 in wrong()


def test_the_auditor_finds_money_that_never_went_back(money):
    after_sale = ask(bought(money, (make_sku(), 3)), {1: 1})
    services.agree(after_sale, actor="x")
    assert wrong() == set()
    AfterSale.objects.filter(pk=after_sale.pk).update(state="DONE", ended_at=timezone.now())
    assert wrong() == {2}


def test_the_database_refuses_more_than_was_bought_and_paid(money):
    from django.db import IntegrityError, transaction

    order = bought(money, (make_sku(), 2))
    rows = OrderLine.objects.filter(order=order)
    for values in ({"held_quantity": 3}, {"held_amount": 2001}, {"refunded_quantity": 1}, {"held_amount": -1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**values)


def test_the_migration_holds_what_was_refunded_before(shop):
    hold = import_module("shop.orders.migrations.0004_held").HOLD
    order = make_order(make_member(), (make_sku(price=1000), 3), (make_sku(price=500), 2))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE orders_orderline DROP CONSTRAINT order_line_held")
        OrderLine.objects.filter(order=order, position=1).update(refunded_quantity=2)
        cursor.execute(hold)
    assert (held(order, 1), held(order, 2)) == ((2, 2000, 2), (0, 0, 0))
