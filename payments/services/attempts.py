"""Starting a payment: the row first, the provider's call after it and outside any transaction."""

from datetime import timedelta

from django.db import transaction
from django.db.models import BigIntegerField, Q, TextField
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payments.base import ClientPay, PaymentError, Prepay
from payments.models import Account, Attempt
from payments.services.accounts import enabled_account, notify_url, provider_of
from payments.services.closing import close_attempt
from shop.core.errors import ShopError
from shop.core.prepared import Parameter, PreparedInsert, PreparedObjects, PreparedUpdate
from shop.orders.models import Order
from tenants import due
from tenants.context import require_shop

State = Attempt.State
LIVE_STATES = (State.NEW, State.OPEN)
LIVE = Q(state__in=LIVE_STATES)
FIRST_QUERY = timedelta(seconds=5)
MOST_ATTEMPTS = 20
SHORTEST = timedelta(seconds=65)

_LOCKED = PreparedObjects[Order](
    lambda: Order.objects.select_for_update().filter(
        pk=Parameter("order", BigIntegerField()), state=Order.State.UNPAID, pay_deadline__gt=Now()
    )
)
_TRIES = PreparedObjects[Attempt](
    lambda: Attempt.objects.select_related("account").filter(order=Parameter("order", BigIntegerField())).order_by("pk")
)
_ATTEMPT = PreparedInsert(Attempt)
_OPEN = PreparedUpdate(
    lambda: Attempt.objects.filter(pk=Parameter("attempt", BigIntegerField()), state=State.NEW),
    state=State.OPEN,
    client_sealed=Parameter("client", TextField()),
)


def start_payment(order: Order, provider: str, payer: str) -> Attempt:
    """Return an open attempt by which `payer` (openid) can pay; its `client` is what the cashier needs.

    Repeating it while the price stands returns the same attempt. ShopError: 409 `not_unpaid`,
    `payment_unavailable`, `payment_refused`; 503 `payment_pending` when the provider did not answer: the order
    stays payable.
    """
    account = enabled_account(provider)
    if not payer:
        raise ShopError("payer_unknown", _("请在微信小程序里付款"), status=409)
    attempt = _live_attempt(order, account, payer)
    if attempt.state == State.OPEN:
        return attempt
    request = _prepay(attempt)
    try:
        client = provider_of(account).prepay(request)
    except PaymentError as error:
        _refused(attempt, error)
    return _opened(attempt, client)


def _opened(attempt: Attempt, client: ClientPay) -> Attempt:
    """Return the attempt, open; ShopError when it was closed while the provider was asked: nobody may pay by it."""
    attempt.client, attempt.state = dict(client.params), State.OPEN
    if _OPEN.rows(attempt=attempt.pk, client=attempt.client_sealed):
        return attempt
    current = Attempt.objects.get(pk=attempt.pk)  # a parallel request may have opened it
    if current.state != State.OPEN:
        raise _pending()
    return current


def _live_attempt(order: Order, account: Account, payer: str) -> Attempt:
    """Return the order's one live attempt for its present total, made if need be."""
    for _round in range(3):
        attempt = _take_attempt(order, account, payer)
        same = attempt.account_id == account.pk and attempt.payer == payer
        if same and attempt.amount == attempt.order.total:
            return attempt
        _close_stale(attempt)
    raise _pending()


def _close_stale(attempt: Attempt) -> None:
    """End an attempt for an older price or another payer; settles it instead if the shopper has just paid."""
    try:
        close_attempt(attempt)
    except PaymentError as error:
        raise _pending() from error


def _pending() -> ShopError:
    return ShopError("payment_pending", _("支付处理中，请稍后再试"), status=503)


@transaction.atomic
def _take_attempt(order: Order, account: Account, payer: str) -> Attempt:
    """Return the live attempt or a new one. The order's lock keeps cancelling and expiry out meanwhile."""
    found = _LOCKED.objects(order=order.pk)
    if not found:
        raise ShopError("not_unpaid", _("订单已不能付款"), status=409)
    locked, tries = found[0], _TRIES.objects(order=order.pk)
    if live := next((each for each in tries if each.state in LIVE_STATES), None):
        live.order = locked
        return live
    if len(tries) >= MOST_ATTEMPTS:
        raise ShopError("too_many_attempts", _("支付次数太多，请重新下单"), status=409)
    attempt = Attempt(
        order=locked,
        account=account,
        payer=payer,
        amount=locked.total,
        # WeChat refuses an end less than a minute away; the order's own deadline still closes the attempt.
        expires_at=max(locked.pay_deadline, timezone.now() + SHORTEST),
    )
    _ATTEMPT.insert([attempt])
    due.schedule("payments.query", attempt.out_trade_no, after=FIRST_QUERY)
    return attempt


def _prepay(attempt: Attempt) -> Prepay:
    return Prepay(
        out_trade_no=attempt.out_trade_no,
        amount=attempt.amount,
        currency=attempt.currency,
        description=f"{require_shop().name} {attempt.order.number}"[:42],
        payer=attempt.payer,
        notify_url=notify_url(attempt.account),
        expires_at=attempt.expires_at,
    )


def _refused(attempt: Attempt, error: PaymentError) -> None:
    if error.retry:
        raise _pending() from error
    Attempt.objects.filter(pk=attempt.pk, state=State.NEW).update(state=State.CLOSED)
    raise ShopError(
        "payment_refused", _("支付渠道拒绝了这次付款"), status=409, detail={"provider_code": error.code}
    ) from error
