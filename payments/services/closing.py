"""Ending what nobody paid: query, close at the provider, and only then cancel and free the stock."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from payments.base import Closed
from payments.models import Attempt
from payments.services.accounts import provider_of
from payments.services.settling import settle
from shop.core.errors import ShopError
from shop.orders import services as orders
from shop.orders.models import Order
from tenants import due

State = Attempt.State
LIVE = Q(state__in=[State.NEW, State.OPEN])


def close_attempt(attempt: Attempt) -> bool:
    """Make the attempt unpayable; False when it was paid (and is settled now). PaymentError when that is unknown."""
    provider = provider_of(attempt.account)
    receipt = provider.query(attempt.out_trade_no)
    if receipt and receipt.state == "SUCCESS":
        settle(receipt)
        return False
    if provider.close(attempt.out_trade_no) is Closed.PAID:
        receipt = provider.query(attempt.out_trade_no)
        if receipt and receipt.state == "SUCCESS":
            settle(receipt)
        return False
    Attempt.objects.filter(LIVE, pk=attempt.pk).update(state=State.CLOSED)
    due.cancel("payments.query", attempt.out_trade_no)
    return True


def close_all(order: Order) -> None:
    """Close every live attempt of the order, settling those that were paid."""
    for attempt in Attempt.objects.filter(LIVE, order=order).select_related("account", "order"):
        close_attempt(attempt)


def _when_nothing_is_payable(order: Order, act: Callable[[], bool]) -> bool:
    """Run `act` while no attempt is live and none can be started; its answer."""
    for _round in range(3):
        close_all(order)
        with transaction.atomic():
            # A payment is started under this lock too, so none can slip in before `act` commits.
            Order.objects.select_for_update().get(pk=order.pk)
            if not Attempt.objects.filter(LIVE, order=order).exists():
                return act()
    raise ShopError("payment_pending", _("支付处理中，请稍后再试"), status=503)


def cancel_order(order: Order, reason: str, *, actor: str, note: str = "") -> None:
    """Cancel an unpaid order; ShopError when it is not unpaid any more, PaymentError when the provider is away."""
    if order.is_sandbox:
        orders.cancel_sandbox(order)
        return
    if not _when_nothing_is_payable(order, lambda: orders.mark_cancelled(order, reason, actor=actor, note=note)):
        raise ShopError("not_unpaid", _("订单已不能取消"), status=409)


def expire_order(number: str) -> None:
    """Due handler: cancel an order that was not paid in time. Errors of the provider make it come back."""
    order = Order.objects.filter(number=number, state=Order.State.UNPAID).first()
    if order:
        _when_nothing_is_payable(
            order, lambda: orders.mark_cancelled(order, Order.CancelReason.EXPIRED, actor=orders.SYSTEM)
        )


def reprice_order(order: Order, *, goods: int, freight: int, actor: str) -> None:
    """Set what goods and freight of an unpaid order cost, in fen, once no older price can be paid any more."""

    def act() -> bool:
        orders.reprice(order, goods=goods, freight=freight, actor=actor)
        return True

    _when_nothing_is_payable(order, act)
