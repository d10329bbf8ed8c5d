from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from payments.base import PaymentError
from payments.models import Account, Attempt, Payment, Refund
from payments.services import closing, reconciling, refunding
from payments.services.settling import refund_failed, settle, settle_refund
from shop.inventory.models import StockItem
from shop.orders.models import Order
from tenants.due import Again
from tenants.errors import ShopError
from tenants.models import Due
from tests.factories import broken, make_member, make_order, make_sku


def state(order):
    return Order.objects.get(pk=order.pk).state


def stock(sku):
    item = StockItem.objects.get(sku=sku)
    return item.on_hand, item.reserved


def test_a_receipt_pays_its_order_once(money):
    order = make_order()
    attempt = money.pay(order)
    receipt = money.receipt(attempt)
    first, second = settle(receipt), settle(receipt)
    assert first == second
    assert (state(order), first.purpose, first.amount) == ("TO_SHIP", "ORDER", order.total)
    assert Payment.objects.count() == 1
    assert not Due.objects.filter(kind="payments.query").exists()
    assert broken() == {}


@pytest.mark.parametrize(
    "lie", [{"amount": 1}, {"currency": "USD"}, {"state": "PENDING"}, {"kind": "refund"}, {"transaction_id": ""}]
)
def test_a_receipt_that_does_not_fit_changes_nothing(money, lie):
    order = make_order()
    attempt = money.pay(order)
    assert settle(replace(money.receipt(attempt), **lie)) is None
    assert (state(order), money.state(attempt)) == ("UNPAID", "OPEN")
    assert not Payment.objects.exists()


def test_starting_twice_gives_one_attempt(money):
    order = make_order()
    one, two = money.start(order), money.start(order)
    assert one.pk == two.pk
    assert one.client == two.client
    assert Attempt.objects.count() == 1


def test_a_lost_answer_is_repeated_under_the_same_number(money):
    order = make_order()
    money.faults("reset_after_commit")
    with pytest.raises(ShopError) as caught:
        money.start(order)
    assert (caught.value.status, caught.value.code) == (503, "payment_pending")
    assert (state(order), Attempt.objects.get().state) == ("UNPAID", "NEW")
    attempt = money.start(order)
    assert Attempt.objects.get().pk == attempt.pk
    settle(money.receipt(money.pay(order)))
    assert money.book(attempt) == (order.total, 0)


def test_a_broken_signature_of_the_provider_is_no_answer(money):
    order = make_order()
    money.faults("bad_signature")
    with pytest.raises(ShopError, match="payment_pending"):
        money.start(order)


def test_without_a_notice_the_query_finds_the_payment(money):
    order = make_order()
    attempt = money.start(order)
    assert isinstance(reconciling.query_attempt(attempt.out_trade_no), Again)
    money.confirm(attempt)
    assert reconciling.query_attempt(attempt.out_trade_no) is None
    assert state(order) == "TO_SHIP"
    assert reconciling.query_attempt(attempt.out_trade_no) is None


def test_the_ladder_finds_a_payment_within_a_minute(shop):
    age, steps = 5.0, []
    while age < 3600:
        steps.append(reconciling._next(age).seconds)
        age += steps[-1]
    assert max(steps) <= 300
    assert all(step <= 60 for step in steps[:16])


def test_expiry_closes_at_the_provider_first(money):
    sku = make_sku(stock=3)
    order = make_order(None, (sku, 2))
    attempt = money.start(order)
    closing.expire_order(order.number)
    assert (state(order), money.state(attempt), stock(sku)) == ("CANCELLED", "CLOSED", (3, 0))
    with pytest.raises(AssertionError):
        money.confirm(attempt)
    assert broken() == {}


def test_expiry_of_a_paid_order_settles_it(money):
    order = make_order()
    money.pay(order)
    closing.expire_order(order.number)
    assert state(order) == "TO_SHIP"
    assert broken() == {}


def test_expiry_waits_while_the_provider_is_away(money):
    sku = make_sku(stock=3)
    order = make_order(None, (sku, 2))
    money.start(order)
    money.faults("error_500", 3)
    with pytest.raises(PaymentError):
        closing.expire_order(order.number)
    assert (state(order), stock(sku)) == ("UNPAID", (3, 2))
    money.faults(None)


def test_a_cancelled_order_cannot_be_paid(money):
    order = make_order()
    closing.cancel_order(order, "MEMBER", actor="x")
    with pytest.raises(ShopError, match="not_unpaid"):
        money.start(order)
    with pytest.raises(ShopError, match="not_unpaid"):
        closing.cancel_order(order, "MEMBER", actor="x")


def test_an_order_past_its_deadline_cannot_be_paid(money):
    order = make_order()
    Order.objects.filter(pk=order.pk).update(pay_deadline=timezone.now() - timedelta(seconds=1))
    with pytest.raises(ShopError, match="not_unpaid"):
        money.start(order)


def late(money, order):
    """Money that arrives for an order we had cancelled: the close was lost on its way."""
    attempt = money.pay(order)
    receipt = money.receipt(attempt)
    Attempt.objects.filter(pk=attempt.pk).update(state="CLOSED")
    from shop.orders.services import mark_cancelled

    mark_cancelled(order, "EXPIRED", actor="system")
    return attempt, receipt


def test_late_money_takes_the_order_up_again(money):
    sku = make_sku(stock=2)
    order = make_order(None, (sku, 2))
    _attempt, receipt = late(money, order)
    assert settle(receipt).purpose == "ORDER"
    assert (state(order), stock(sku)) == ("TO_SHIP", (0, 0))
    assert broken() == {}


def test_late_money_without_stock_goes_back_in_full(money):
    sku = make_sku(stock=2)
    order = make_order(None, (sku, 2))
    attempt, receipt = late(money, order)
    make_order(make_member(), (sku, 1))
    payment = settle(receipt)
    assert (payment.purpose, state(order)) == ("RETURN", "CANCELLED")
    refund = Refund.objects.get(payment=payment)
    assert isinstance(reconciling.send_refund(refund.pk), Again | None)
    settle_refund(money.provider.query(attempt.out_trade_no, refund.out_refund_no))
    assert money.book(attempt) == (order.total, order.total)
    assert broken() == {}


def test_a_repriced_order_is_paid_at_its_new_price(money):
    order = make_order(None, (make_sku(price=5000), 1))
    old = money.start(order)
    closing.reprice_order(order, goods=4000, freight=0, actor="boss")
    assert money.state(old) == "CLOSED"
    attempt = money.pay(order)
    assert (attempt.amount, attempt.pk != old.pk) == (4000, True)
    settle(money.receipt(attempt))
    assert Order.objects.get(pk=order.pk).paid == 4000
    assert broken() == {}


def test_repricing_what_was_just_paid_is_refused_and_settles_it(money):
    order = make_order(None, (make_sku(price=5000), 1))
    money.pay(order)
    with pytest.raises(ShopError, match="not_unpaid"):
        closing.reprice_order(order, goods=4000, freight=0, actor="boss")
    assert (state(order), Order.objects.get(pk=order.pk).paid) == ("TO_SHIP", 5000)


def paid(money, price=10000, quantity=1):
    sku = make_sku(price=price, stock=5)
    order = make_order(None, (sku, quantity))
    attempt = money.pay(order)
    return order, attempt, settle(money.receipt(attempt)), sku


def test_refunding_an_unshipped_order_gives_back_money_and_stock(money):
    order, attempt, _payment, sku = paid(money)
    refund = refunding.refund_order(order, reason="不想要了", actor="boss")
    assert (state(order), stock(sku)) == ("CANCELLED", (5, 0))
    reconciling.send_refund(refund.pk)
    settle_refund(money.provider.query(attempt.out_trade_no, refund.out_refund_no))
    reconciling.send_refund(refund.pk)
    refund.refresh_from_db()
    assert (refund.state, Order.objects.get(pk=order.pk).refunded) == ("DONE", 10000)
    assert money.book(attempt) == (10000, 10000)
    assert broken() == {}
    with pytest.raises(ShopError, match="not_refundable"):
        refunding.refund_order(order, reason="again", actor="boss")


def test_refunds_never_exceed_the_payment(money):
    _order, _attempt, payment, _sku = paid(money)
    refunding.give_back(payment, 6000, reason="a", actor="x")
    with pytest.raises(ShopError, match="refund_exceeds_payment"):
        refunding.give_back(payment, 4001, reason="b", actor="x")
    for amount in (0, -5):
        with pytest.raises(ShopError, match="refund_invalid"):
            refunding.give_back(payment, amount, reason="c", actor="x")
    assert Payment.objects.get().refund_held == 6000


def test_a_failed_refund_is_asked_for_again_once(money):
    _order, _attempt, payment, _sku = paid(money)
    refund = refunding.give_back(payment, 4000, reason="x", actor="boss")
    refund_failed(refund, "provider says ABNORMAL")
    again = refunding.retry_refund(refund, actor="boss")
    assert (again.amount, again.out_refund_no != refund.out_refund_no) == (4000, True)
    with pytest.raises(ShopError, match="refund_not_failed"):
        refunding.retry_refund(refund, actor="boss")
    assert Payment.objects.get().refund_held == 4000
    assert broken() == {}


def test_a_refund_with_an_unknown_outcome_is_repeated_under_its_number(money):
    order, attempt, _payment, _sku = paid(money)
    refund = refunding.refund_order(order, reason="x", actor="boss")
    money.faults("reset_after_commit")
    with pytest.raises(PaymentError):
        reconciling.send_refund(refund.pk)
    assert Payment.objects.get().refund_held == 10000
    reconciling.send_refund(refund.pk)
    assert money.book(attempt) == (10000, 10000)


def test_a_shipped_order_is_not_refunded_whole(money):
    from shop.fulfilment.services import ship

    order, _attempt, _payment, _sku = paid(money, quantity=2)
    line = order.lines.get()
    ship(order, {line.pk: 1}, carrier="zto", tracking_number="ZT12345678", actor="boss")
    with pytest.raises(ShopError, match="not_refundable"):
        refunding.refund_order(order, reason="x", actor="boss")
    assert not Refund.objects.exists()


def test_a_shop_without_an_account_cannot_collect(money):
    order = make_order()
    Account.objects.update(is_enabled=False)
    with pytest.raises(ShopError, match="payment_unavailable"):
        money.start(order)


def test_account_secrets_are_sealed_in_the_table(money):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT config_sealed FROM payments_account")
        sealed = cursor.fetchone()[0]
    assert money.account.config["apiv3_key"] not in sealed
    assert "PRIVATE" not in sealed
