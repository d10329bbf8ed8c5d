"""What arrived is booked once: for any number, order and delay of notices and queries, the effect is the same."""

import logging

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from payments.base import Receipt
from payments.models import Attempt, Payment, Refund
from payments.services.refunding import give_back
from shop.core.events import publish
from shop.orders import services as orders
from shop.orders.models import Order
from tenants import due

logger = logging.getLogger(__name__)

State = Attempt.State
Purpose = Payment.Purpose


@transaction.atomic
def settle(receipt: Receipt) -> Payment | None:
    """Book a successful receipt and return its Payment; None when the receipt does not fit its attempt.

    Money for an order that is paid, cancelled or costs something else is booked too, and given back in full.
    """
    attempt = Attempt.objects.select_for_update(of=("self",)).get(out_trade_no=receipt.out_trade_no)
    if attempt.state == State.PAID:
        return attempt.payment
    if not fits(receipt, attempt):
        logger.error("receipt for %s does not fit its attempt", receipt.out_trade_no)
        return None
    Attempt.objects.filter(pk=attempt.pk).update(state=State.PAID)
    due.cancel("payments.query", attempt.out_trade_no)
    order = Order.objects.get(pk=attempt.order_id)
    outcome = orders.mark_paid(order, attempt.amount)
    pays = outcome is orders.Outcome.PAID or (outcome is orders.Outcome.LATE and orders.reopen(order, attempt.amount))
    payment = Payment.objects.create(
        attempt=attempt,
        order=order,
        account_id=attempt.account_id,
        transaction_id=receipt.transaction_id,
        amount=attempt.amount,
        purpose=Purpose.ORDER if pays else Purpose.RETURN,
        received_at=receipt.occurred_at,
    )
    if not pays:
        give_back(payment, payment.amount, reason="订单已不需要付款", actor=orders.SYSTEM)
    return payment


def fits(receipt: Receipt, attempt: Attempt) -> bool:
    """Return whether the receipt says that this very attempt was paid: kind, state, amount and currency."""
    return (
        receipt.kind == "pay"
        and receipt.state == "SUCCESS"
        and receipt.amount == attempt.amount
        and receipt.currency == attempt.currency
        and bool(receipt.transaction_id)
    )


@transaction.atomic
def settle_refund(receipt: Receipt) -> Refund | None:
    """Book how a refund ended; None when the receipt does not fit it. A pending receipt changes nothing."""
    refund = (
        Refund.objects.select_for_update(of=("self",))
        .select_related("payment")
        .get(out_refund_no=receipt.out_refund_no)
    )
    if refund.state == Refund.State.DONE or receipt.state == "PENDING":
        return refund
    if receipt.amount != refund.amount:
        logger.error("receipt for refund %s does not fit", refund.out_refund_no)
        return None
    if refund.state in (Refund.State.FAILED, Refund.State.RETRIED):
        _arrived_after_all(refund, receipt)
        return refund
    due.cancel("payments.refund", refund.pk)
    if receipt.state == "SUCCESS":
        _refunded(refund, receipt)
    else:
        refund_failed(refund, f"provider says {receipt.state}")
    return refund


def _refunded(refund: Refund, receipt: Receipt) -> None:
    Refund.objects.filter(pk=refund.pk).update(
        state=Refund.State.DONE, refund_id=receipt.transaction_id, done_at=Now(), error=""
    )
    if refund.payment.purpose == Purpose.ORDER:
        Order.objects.filter(pk=refund.payment.order_id).update(refunded=F("refunded") + refund.amount)
    publish("refund.done", "refund", refund.out_refund_no)


def _arrived_after_all(refund: Refund, receipt: Receipt) -> None:
    """Book a failed refund that somebody has completed at the provider by hand."""
    if receipt.state != "SUCCESS":
        return
    room = Payment.objects.filter(pk=refund.payment_id, refund_held__lte=F("amount") - refund.amount)
    if room.update(refund_held=F("refund_held") + refund.amount):
        _refunded(refund, receipt)
    else:
        logger.error("refund %s arrived, though it was given back under another number", refund.out_refund_no)


@transaction.atomic
def refund_failed(refund: Refund, error: str) -> None:
    """Record that the provider refused for good; the amount may be asked for again."""
    moved = Refund.objects.filter(pk=refund.pk, state__in=[Refund.State.REQUESTED, Refund.State.SENT]).update(
        state=Refund.State.FAILED, error=error[:200]
    )
    if moved:
        Payment.objects.filter(pk=refund.payment_id).update(refund_held=F("refund_held") - refund.amount)
        publish("refund.failed", "refund", refund.out_refund_no)
