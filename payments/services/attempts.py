"""Starting a payment: the row first, the provider's call after it and outside any transaction."""

from datetime import timedelta
from typing import NoReturn, cast

from django.db import transaction
from django.db.models import BigIntegerField, Q, TextField
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payments.base import ClientPay, PaymentError, Prepay, Trade
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
    lambda: Attempt.objects.filter(LIVE, pk=Parameter("attempt", BigIntegerField())),
    state=State.OPEN,
    client_sealed=Parameter("client", TextField()),
)


def start_payment(order: Order, provider: str, payer: str, trade: Trade = "jsapi") -> Attempt:
    """Return an open attempt by which `payer` can pay; its `client` is what the cashier needs.

    The payer is an openid for the trade "jsapi" and the address of the browser for "h5". Repeating it while the price
    stands returns the same attempt. ShopError: 409 `not_unpaid`, `payment_unavailable`, `payment_refused`; 503
    `payment_pending` when the provider did not answer: the order stays payable.
    """
    account = enabled_account(provider)
    if not payer:
        raise ShopError("payer_unknown", _("请在微信小程序里付款"), status=409)
    cashier = provider_of(account)
    if trade not in cashier.trades:
        raise ShopError("payment_unavailable", _("店铺还没有开通这种支付方式"), status=409)
    attempt = _live_attempt(order, account, payer, trade)
    if attempt.state == State.OPEN and trade == "jsapi":
        return attempt
    # The page of a browser lasts five minutes only; the same request again renews it.
    try:
        client = cashier.prepay(_prepay(attempt))
    except PaymentError as error:
        _refused(attempt, error)
    return _opened(attempt, client)


def _opened(attempt: Attempt, client: ClientPay) -> Attempt:
    """Return the attempt, open; ShopError when it was closed while the provider was asked: nobody may pay by it."""
    attempt.client, attempt.state = dict(client.params), State.OPEN
    if not _OPEN.rows(attempt=attempt.pk, client=attempt.client_sealed):
        raise _pending()
    return attempt


def _live_attempt(order: Order, account: Account, payer: str, trade: Trade) -> Attempt:
    """Return the order's one live attempt for its present total, made if need be."""
    for _round in range(3):
        attempt = _take_attempt(order, account, payer, trade)
        same = (attempt.account_id, attempt.payer, attempt.trade) == (account.pk, payer, trade)
        if same and attempt.amount == attempt.order.total:
            return attempt
        _close_stale(attempt)
    raise _pending()


def _close_stale(attempt: Attempt) -> None:
    """End an attempt for another price, payer or trade; settles it instead if the shopper has just paid."""
    try:
        close_attempt(attempt)
    except PaymentError as error:
        raise _pending() from error


def _pending() -> ShopError:
    return ShopError("payment_pending", _("支付处理中，请稍后再试"), status=503)


@transaction.atomic
def _take_attempt(order: Order, account: Account, payer: str, trade: Trade) -> Attempt:
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
        trade=trade,
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
        trade=cast(Trade, attempt.trade),
    )


def _refused(attempt: Attempt, error: PaymentError) -> NoReturn:
    if error.retry:
        raise _pending() from error
    if not Attempt.objects.filter(pk=attempt.pk, state=State.NEW).update(state=State.CLOSED):
        _close_stale(attempt)  # paid or ended by another request meanwhile: the provider's books decide
        raise _pending() from error
    raise ShopError(
        "payment_refused", _("支付渠道拒绝了这次付款"), status=409, detail={"provider_code": error.code}
    ) from error
