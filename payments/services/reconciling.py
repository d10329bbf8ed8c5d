"""Asking the provider when no notice came: ladders of queries, all through the same doors as notices."""

from django.utils import timezone

from payments.base import PaymentError, RefundRequest
from payments.models import Attempt, Refund
from payments.services.accounts import notify_url, provider_of
from payments.services.settling import refund_failed, settle, settle_refund
from tenants.due import Again

# Seconds until the next query, by the attempt's age: quick while the shopper is looking, then rarely.
_LADDER = ((30, 5), (120, 15), (600, 60), (3600, 300))
_LAST = 1800


def _next(age: float) -> Again:
    return Again(next((wait for until, wait in _LADDER if age < until), _LAST))


def query_attempt(out_trade_no: str) -> Again | None:
    """Due handler: settle an attempt that was paid without a notice; comes back until the attempt has ended."""
    attempt = Attempt.objects.select_related("account").get(out_trade_no=out_trade_no)
    if attempt.state in (Attempt.State.PAID, Attempt.State.CLOSED):
        return None
    receipt = provider_of(attempt.account).query(out_trade_no)
    if receipt and receipt.state == "SUCCESS":
        settle(receipt)
        return None
    return _next((timezone.now() - attempt.created_at).total_seconds())


def send_refund(ref: str) -> Again | None:
    """Due handler: ask the provider for the refund, under one number however often, until it has ended."""
    refund = Refund.objects.select_related("payment__attempt", "payment__account").get(pk=ref)
    if refund.state not in (Refund.State.REQUESTED, Refund.State.SENT):
        return None
    provider = provider_of(refund.payment.account)
    try:
        receipt = provider.refund(_request(refund))
    except PaymentError as error:
        if error.retry:
            raise
        refund_failed(refund, f"{error.code} {error}")
        return None
    Refund.objects.filter(pk=refund.pk, state=Refund.State.REQUESTED).update(state=Refund.State.SENT)
    settle_refund(receipt)
    ended = receipt.state != "PENDING"
    return None if ended else _next((timezone.now() - refund.created_at).total_seconds())


def _request(refund: Refund) -> RefundRequest:
    payment = refund.payment
    return RefundRequest(
        out_trade_no=payment.attempt.out_trade_no,
        out_refund_no=refund.out_refund_no,
        amount=refund.amount,
        total=payment.amount,
        currency=payment.attempt.currency,
        reason=refund.reason[:80],
        notify_url=notify_url(payment.account),
    )
