"""Giving money back: held against the payment first, then sent, then booked when the provider says so."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from payments.models import Payment, Refund
from shop.core.errors import ShopError
from shop.core.events import publish
from shop.orders import services as orders
from shop.orders.models import Order
from tenants import due


@transaction.atomic
def give_back(payment: Payment, amount: int, *, reason: str, actor: str, cause: str = "") -> Refund:
    """Return a new refund of `amount` fen on its way; ShopError when the payment has less left.

    `cause` names what asked for it, for those who hear how it ended; asking again keeps it.
    """
    if amount < 1:
        raise ShopError("refund_invalid", _("退款金额不正确"))
    held = Payment.objects.filter(pk=payment.pk, refund_held__lte=F("amount") - amount).update(
        refund_held=F("refund_held") + amount
    )
    if not held:
        raise ShopError("refund_exceeds_payment", _("退款金额超过可退金额"), status=409)
    refund = Refund.objects.create(payment=payment, amount=amount, reason=reason, actor=actor, cause=cause)
    due.schedule("payments.refund", refund.pk)
    publish("refund.requested", "refund", refund.out_refund_no)
    return refund


@transaction.atomic
def refund_order(order: Order, *, reason: str, actor: str) -> Refund:
    """Cancel a paid order that was not shipped and give all of its money back; ShopError otherwise."""
    orders.mark_refunded(order, actor=actor, note=reason)
    payment = Payment.objects.get(order=order, purpose=Payment.Purpose.ORDER)
    return give_back(payment, payment.amount, reason=reason, actor=actor)


@transaction.atomic
def retry_refund(refund: Refund, *, actor: str) -> Refund:
    """Ask again for a refund that the provider refused, under a new number; ShopError when it did not fail."""
    if not Refund.objects.filter(pk=refund.pk, state=Refund.State.FAILED).update(state=Refund.State.RETRIED):
        raise ShopError("refund_not_failed", _("只有失败的退款可以重新发起"), status=409)
    return give_back(refund.payment, refund.amount, reason=refund.reason, actor=actor, cause=refund.cause)
