"""What a hostile or unlucky order of events must not do to money and goods."""

import threading
import time
from dataclasses import replace

import pytest

from payments.base import PaymentError
from payments.models import Attempt, Payment, Refund
from payments.services import attempts, closing, reconciling, refunding
from payments.services.settling import settle, settle_refund
from payments.wechat import gateway
from shop.core.models import IdempotencyRecord
from shop.fulfilment.services import ship
from shop.inventory.models import StockItem
from shop.orders.models import Order
from tenants import patience
from tenants.errors import ShopError
from tests.factories import broken, make_address, make_member, make_order, make_sku
from tests.payments.test_races import arena, paid, real_money  # noqa: F401  (fixtures)
from tests.race import together


class Slow:
    """A provider during whose prepay something else happens."""

    trades = ("jsapi", "h5")

    def __init__(self, provider, meanwhile):
        self.provider, self.meanwhile = provider, meanwhile

    def prepay(self, request):
        self.meanwhile()
        return self.provider.prepay(request)


def test_an_order_cancelled_while_paying_starts_gives_no_cashier_parameters(money, monkeypatch):
    order = make_order()

    def cancel():
        closing.cancel_order(order, "MEMBER", actor="x")

    monkeypatch.setattr(attempts, "provider_of", lambda _account: Slow(money.provider, cancel))
    with pytest.raises(ShopError) as caught:
        money.start(order)
    assert (caught.value.status, caught.value.code) == (503, "payment_pending")
    assert (Order.objects.get(pk=order.pk).state, Attempt.objects.get().state) == ("CANCELLED", "CLOSED")
    monkeypatch.undo()
    with pytest.raises(ShopError, match="not_unpaid"):
        money.start(order)


def test_an_order_repriced_while_paying_starts_is_paid_at_the_new_price_only(money, monkeypatch):
    order = make_order(None, (make_sku(price=1000), 1))

    def reprice():
        closing.reprice_order(order, goods=700, freight=0, actor="x")

    monkeypatch.setattr(attempts, "provider_of", lambda _account: Slow(money.provider, reprice))
    with pytest.raises(ShopError, match="payment_pending"):
        money.start(order)
    monkeypatch.undo()
    attempt = money.start(order)
    assert (attempt.amount, Attempt.objects.filter(state="OPEN").count()) == (700, 1)


def test_a_provider_that_is_away_while_another_payers_attempt_is_ended_leaves_the_order_payable(money, monkeypatch):
    order = make_order()
    money.start(order)

    def away(_attempt):
        raise PaymentError("away", retry=True)

    monkeypatch.setattr(attempts, "close_attempt", away)
    with pytest.raises(ShopError) as caught:
        attempts.start_payment(order, "wechat", "somebody-else")
    assert (caught.value.status, caught.value.code) == (503, "payment_pending")
    assert (Order.objects.get(pk=order.pk).state, Attempt.objects.get().state) == ("UNPAID", "OPEN")


def failed_refund(money):
    """(payment, its refund that the provider could not deliver, the provider's word for it)."""
    payment = settle(money.receipt(money.pay(make_order())))
    refund = refunding.refund_order(payment.order, reason="x", actor="x")
    reconciling.send_refund(str(refund.pk))
    done = money.provider.query(payment.attempt.out_trade_no, refund.out_refund_no)
    Refund.objects.filter(pk=refund.pk).update(state="SENT", done_at=None)
    Order.objects.filter(pk=payment.order_id).update(refunded=0)
    receipt = replace(done, state="FAILED")
    settle_refund(receipt)
    assert (Refund.objects.get(pk=refund.pk).state, Payment.objects.get(pk=payment.pk).refund_held) == ("FAILED", 0)
    return payment, refund, receipt


def test_a_failed_refund_completed_by_hand_at_the_provider_is_booked_once(money):
    payment, refund, receipt = failed_refund(money)
    for _copy in range(2):
        settle_refund(replace(receipt, state="SUCCESS"))
    assert Refund.objects.get(pk=refund.pk).state == "DONE"
    assert Payment.objects.get(pk=payment.pk).refund_held == payment.amount
    assert Order.objects.get(pk=payment.order_id).refunded == payment.amount
    assert broken() == {}


def test_a_failed_refund_that_was_asked_for_again_does_not_count_twice(money):
    payment, refund, receipt = failed_refund(money)
    refunding.retry_refund(refund, actor="x")
    settle_refund(replace(receipt, state="SUCCESS"))
    assert Refund.objects.get(pk=refund.pk).state == "RETRIED"
    assert Payment.objects.get(pk=payment.pk).refund_held == payment.amount


@pytest.mark.race
@pytest.mark.timeout(60)
def test_an_order_of_which_a_part_is_just_leaving_is_not_refunded_whole(arena, real_money):  # noqa: F811
    sku = make_sku(price=100, stock=9)
    order = make_order(None, (sku, 2))
    settle(real_money.receipt(real_money.pay(order)))
    line, leaving = order.lines.get().pk, threading.Event()

    def ship_one():
        from django.db import transaction

        with transaction.atomic():
            ship(order, {line: 1}, carrier="zto", tracking_number="ZT12345678", actor="x")
            leaving.set()
            time.sleep(0.5)

    def give_back():
        leaving.wait(10)
        return refunding.refund_order(order, reason="x", actor="x")

    shipped, refunded = together(arena, ship_one, give_back)
    assert shipped is None
    assert isinstance(refunded, ShopError)
    assert refunded.code == "not_refundable"
    assert (Order.objects.get(pk=order.pk).state, StockItem.objects.get(sku=sku).on_hand) == ("TO_SHIP", 7)
    assert not Refund.objects.filter(payment__order=order).exists()
    assert broken() == {}


def test_after_silence_a_provider_is_asked_once_in_each_pause(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(patience.time, "monotonic", lambda: now[0])
    line = patience.Patience()
    for _call in range(patience.MOST_TIMEOUTS):
        assert line.allows()
        line.timed_out()
    assert [line.allows() for _call in range(3)] == [False, False, False]
    now[0] += patience.PAUSE_SECONDS
    assert [line.allows() for _call in range(3)] == [True, False, False]
    line.answered()
    assert [line.allows() for _call in range(3)] == [True, True, True]


@pytest.mark.timeout(60)
def test_a_hanging_provider_is_not_waited_for_again_and_again(money, monkeypatch):
    monkeypatch.setattr(gateway, "TIMEOUT_SECONDS", (0.2, 0.2))
    gateway._client.cache_clear()
    orders = [make_order() for _order in range(8)]
    money.faults("hang", 3)
    started = time.monotonic()
    try:
        for order in orders:
            with pytest.raises(ShopError, match="payment_pending"):
                money.start(order)
    finally:
        gateway._client.cache_clear()
        patience.patience_with(money.url).answered()
    assert time.monotonic() - started < 3
    assert set(Attempt.objects.values_list("state", flat=True)) == {"NEW"}


def test_erasing_a_member_takes_the_stored_answers_too(api):
    from shop.orders.services import erase_member

    member, sku = make_member(), make_sku()
    wanted = {"items": [{"sku": sku.key, "quantity": 1}], "address": make_address(member).key}
    assert api.post("/api/v1/orders", wanted, token=member.token, key="k").status_code == 201
    stored = IdempotencyRecord.objects.get()
    assert "13800138000" not in stored.body_sealed
    erase_member(member.pk)
    assert not IdempotencyRecord.objects.exists()
