"""Money and goods under threads; each control shows that the same harness catches the obvious wrong way."""

from datetime import timedelta

import pytest
import requests
from django.db.models import Sum
from django.utils import timezone

from payments.base import Prepay
from payments.models import Attempt, Payment, Refund
from payments.services import closing, refunding
from payments.services.settling import refund_failed, settle
from shop.core.models import User
from shop.core.staff import issue_ticket, redeem_ticket
from shop.fulfilment.models import Package
from shop.fulfilment.services import ship
from shop.inventory.models import StockItem
from shop.members.models import Member
from shop.members.services import take_unpaid_slot
from shop.orders.models import Order
from tenants.context import using_shop
from tenants.models import OutboxEvent
from tests.factories import broken, make_member, make_order, make_sku
from tests.payments.cashier import Cashier
from tests.race import Meeting, refused, together
from tests.tenants.conftest import open_shops

pytestmark = [pytest.mark.race, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def arena(django_db_setup, django_db_blocker):
    """A shop whose rows are committed."""
    with open_shops(django_db_blocker, 1) as (opened,):
        yield opened


@pytest.fixture
def real_money(arena, paysim, settings, django_db_blocker):
    from payments.services.accounts import connect_paysim

    settings.PAYSIM_URL = paysim.url
    settings.PAYMENT_URLS = {"wechat": paysim.url}
    settings.SHARED_URL = "http://127.0.0.1:1"
    with django_db_blocker.unblock(), using_shop(arena):
        yield Cashier(paysim.url, connect_paysim())


def on_hand(sku):
    return StockItem.objects.get(sku=sku).on_hand


def paid(money, price=100, quantity=1):
    order = make_order(None, (make_sku(price=price, stock=9), quantity))
    return order, settle(money.receipt(money.pay(order)))


def test_one_receipt_settled_by_sixteen_workers_counts_once(arena, real_money):
    sku = make_sku(stock=9)
    order = make_order(None, (sku, 2))
    receipt = real_money.receipt(real_money.pay(order))
    results = together(arena, *[lambda: settle(receipt)] * 16)
    assert refused(results) == 0
    assert len({payment.pk for payment in results}) == 1
    assert on_hand(sku) == 7
    assert broken() == {}


def test_control_settling_after_a_look_counts_twice(arena, real_money):
    def naive(attempt, effects, looked):
        if Attempt.objects.get(pk=attempt.pk).state != "PAID":
            looked.wait()
            Attempt.objects.filter(pk=attempt.pk).update(state="PAID")
            effects.append(1)

    for _run in range(3):
        given = attempt, effects, _looked = real_money.start(make_order()), [], Meeting()
        together(arena, *[lambda given=given: naive(*given)] * 16)
        Attempt.objects.filter(pk=attempt.pk).update(state="OPEN")
        assert len(effects) > 1


@pytest.mark.parametrize(("amount", "times", "granted"), [(60, 8, 1), (15, 10, 6), (1, 30, 30)])
def test_parallel_refunds_stay_within_the_payment(arena, real_money, amount, times, granted):
    _order, payment = paid(real_money)
    results = together(arena, *[lambda: refunding.give_back(payment, amount, reason="x", actor="x")] * times)
    assert times - refused(results) == granted
    assert Refund.objects.filter(payment=payment).aggregate(Sum("amount"))["amount__sum"] == granted * amount
    assert Payment.objects.get(pk=payment.pk).refund_held == granted * amount
    assert broken() == {}


def test_control_refunding_after_a_look_gives_back_too_much(arena, real_money):
    def naive(payment, given, looked):
        held = Payment.objects.get(pk=payment.pk).refund_held
        if held + 60 <= payment.amount:
            looked.wait()
            Payment.objects.filter(pk=payment.pk).update(refund_held=held + 60)
            given.append(60)

    for _run in range(3):
        _order, payment = paid(real_money)
        given, looked = [], Meeting()
        together(arena, *[lambda one=payment, given=given, looked=looked: naive(one, given, looked)] * 16)
        Payment.objects.filter(pk=payment.pk).update(refund_held=0)
        assert sum(given) > payment.amount


def test_an_order_refunded_by_several_clerks_is_refunded_once(arena, real_money):
    order, payment = paid(real_money)
    results = together(arena, *[lambda: refunding.refund_order(order, reason="x", actor="x")] * 8)
    assert 8 - refused(results) == 1
    assert Refund.objects.get(payment=payment).amount == payment.amount
    assert broken() == {}


def test_cancelling_and_settling_at_once_ends_in_one_truth(arena, real_money):
    for _round in range(10):
        sku = make_sku(stock=3)
        order = make_order(None, (sku, 1))
        receipt = real_money.receipt(real_money.pay(order))
        together(
            arena,
            lambda order=order: closing.cancel_order(order, "MEMBER", actor="x"),
            lambda receipt=receipt: settle(receipt),
            lambda order=order: closing.expire_order(order.number),
        )
        order.refresh_from_db()
        payment = Payment.objects.get(order=order)
        assert (order.state, payment.purpose) in (("TO_SHIP", "ORDER"), ("CANCELLED", "RETURN"))
    assert broken() == {}


def test_parallel_starts_make_one_attempt(arena, real_money):
    order = make_order()
    results = together(arena, *[lambda: real_money.start(order)] * 8)
    assert {result.out_trade_no for result in results if isinstance(result, Attempt)} == {
        Attempt.objects.get(order=order).out_trade_no
    }
    assert refused(results) == 0


def payable(money, numbers):
    """How many of the trades a shopper could still pay; he does."""
    return sum(
        requests.post(f"{money.url}/_control/pay", json={"out_trade_no": number}, timeout=5).status_code == 200
        for number in numbers
    )


def test_two_tabs_that_pay_by_both_trades_at_once_can_pay_once(arena, real_money):
    begun = 0
    for _round in range(6):
        order = make_order()
        tabs = [lambda order=order: real_money.start(order), lambda order=order: real_money.start_in_browser(order)] * 2
        results = together(arena, *tabs)
        handed_out = {result.out_trade_no for result in results if isinstance(result, Attempt)}
        codes = {result.code for result in results if isinstance(result, Exception)}
        assert codes <= {"payment_pending", "payment_refused"}
        assert Attempt.objects.filter(order=order, state__in=["NEW", "OPEN"]).count() <= 1
        assert payable(real_money, handed_out) <= 1
        begun += bool(handed_out)
        for attempt in Attempt.objects.filter(order=order, out_trade_no__in=handed_out):
            closing.close_attempt(attempt)
        order.refresh_from_db()
        assert order.paid in (0, order.total)
    assert begun > 0
    assert broken() == {}


def test_control_starting_both_trades_after_a_look_can_be_paid_twice(arena, real_money):
    def naive(order, trade, payer, number, looked):
        if not Attempt.objects.filter(order=order).exists():
            looked.wait()
            expires_at = timezone.now() + timedelta(minutes=30)
            asked = Prepay(number, order.total, "CNY", "x", payer, "http://127.0.0.1:1/", expires_at, trade)
            real_money.provider.prepay(asked)
        return number

    order, looked = make_order(), Meeting()
    numbers = together(
        arena,
        lambda: naive(order, "jsapi", "oShopper", f"{order.number}A", looked),
        lambda: naive(order, "h5", "203.0.113.7", f"{order.number}B", looked),
    )
    assert payable(real_money, numbers) == 2


def test_a_line_shipped_twice_at_once_ships_once(arena, real_money):
    order, _payment = paid(real_money)
    results = together(
        arena,
        *[
            lambda number=number: ship(order, None, carrier="zto", tracking_number=f"ZT0000000{number}", actor="x")
            for number in range(6)
        ],
    )
    assert 6 - refused(results) == 1
    assert Package.objects.filter(order=order).count() == 1
    assert Order.objects.get(pk=order.pk).state == "SHIPPED"


def test_the_cap_of_unpaid_orders_holds_in_parallel(arena, real_money):
    member = make_member()
    results = together(arena, *[lambda: take_unpaid_slot(member.pk, 5)] * 16)
    assert results.count(True) == 5
    Member.objects.filter(pk=member.pk).update(unpaid_orders=0)


def test_a_ticket_lets_in_once(arena, real_money):
    token = issue_ticket(User.objects.get())
    results = together(arena, *[lambda: redeem_ticket(token)] * 8)
    assert sum(isinstance(result, User) for result in results) == 1
    assert refused(results) == 0


def test_a_refused_refund_is_booked_and_told_outside_any_transaction(arena, real_money):
    _order, payment = paid(real_money)
    refund = refunding.give_back(payment, 60, reason="x", actor="x")
    refund_failed(refund, "frozen")  # as the worker calls it, after the provider's answer
    refund.refresh_from_db()
    assert (refund.state, Payment.objects.get(pk=payment.pk).refund_held) == ("FAILED", 0)
    assert OutboxEvent.objects.filter(topic="refund.failed", ref=refund.out_refund_no).count() == 1
