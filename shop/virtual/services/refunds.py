"""Money back for virtual goods: unused units of a service by its rule, a delivered card only when forced.

Locks: code or secret, line, count, payment, order, limits, stock; redeeming takes code, line and order.
"""

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from payments.models import Payment
from payments.services.refunding import give_back
from shop.core.errors import ShopError
from shop.orders import services as orders
from shop.orders.models import Order, OrderLine
from shop.orders.services import limits
from shop.virtual.models import CardSecret, RefundRule, ServiceCode


@transaction.atomic
def refund_service(code: ServiceCode, units: int, *, reason: str, actor: str, force: bool = False) -> None:
    """Give the money of `units` that were not used back; they can no longer be used and may be sold again.

    ShopError: 422 `units_invalid`; 409 `service_not_refundable`, `code_expired` (neither when forced), `code_used_up`.
    """
    if units < 1:
        raise ShopError("units_invalid", _("退款数量至少为 1"))
    rows = ServiceCode.objects.filter(pk=code.pk)
    if not force:
        _check_rule(code)
    unused = rows.filter(units__gte=F("used") + F("refunded") + F("expired") + units)
    was_open = bool(unused.update(refunded=F("refunded") + units))
    expired = rows.filter(expired__gte=units)
    if not was_open and not (force and expired.update(expired=F("expired") - units, refunded=F("refunded") + units)):
        raise ShopError("code_used_up", _("没有这么多未使用的数量可退"), status=409)
    closed = units if was_open else 0
    line = _refund_line(code.order_line, units, reason=reason, actor=actor, closed=closed)
    cause = f"service-{code.pk}-{line.refunded_quantity + units}"
    order = Order.objects.get(pk=line.order_id)
    orders.release_taken(order, {line: units}, cause=cause)
    orders.put_back(order, {line: units}, cause=cause, actor=actor)
    orders.complete_virtual(order, actor=actor)


def _check_rule(code: ServiceCode) -> None:
    if code.refund_rule == RefundRule.NEVER:
        raise ShopError("service_not_refundable", _("这个服务的规则是不可退"), status=409)
    over = Q(expired__gt=0) | Q(expires_at__lte=Now())
    if code.refund_rule == RefundRule.UNUSED and ServiceCode.objects.filter(over, pk=code.pk).exists():
        raise ShopError("code_expired", _("这个核销码已经过期"), status=409)


def lock_codes(order_pk: int) -> None:
    """Lock the codes of an order's services until the transaction ends, as redeeming does before it takes the order."""
    codes = ServiceCode.objects.filter(order_line__order=order_pk).order_by("pk")
    list(codes.select_for_update(of=("self",)).values_list("pk", flat=True))


def refusing_lines(order_pk: int) -> set[int]:
    """Return the order's lines (primary keys) of services whose rule gives unused units back no more."""
    never = Q(refund_rule=RefundRule.NEVER)
    over = Q(refund_rule=RefundRule.UNUSED, expires_at__lte=Now())
    codes = ServiceCode.objects.filter(never | over, order_line__order=order_pk)
    return set(codes.values_list("order_line_id", flat=True))


def withdraw(line: OrderLine, units: int) -> None:
    """Let unused units of a delivered service be used no more; the caller books them and their money.

    ShopError: 409 `code_used_up`.
    """
    unused = Q(units__gte=F("used") + F("refunded") + F("expired") + units)
    if not ServiceCode.objects.filter(unused, order_line=line).update(refunded=F("refunded") + units):
        raise ShopError("code_used_up", _("没有这么多未使用的数量可退"), status=409)


@transaction.atomic
def refund_card(secret: CardSecret, *, reason: str, actor: str, force: bool = False) -> None:
    """Give the money of one delivered card back and void its secret, which is never sold again.

    ShopError: 409 `card_delivered` unless forced; 409 `secret_not_sold`.
    """
    if not force:
        raise ShopError("card_delivered", _("卡密已经发出，买家可能已经使用，不能退款"), status=409)
    sold = CardSecret.objects.filter(pk=secret.pk, state=CardSecret.State.SOLD)
    if not sold.update(state=CardSecret.State.VOID, voided_at=Now(), void_reason=reason):
        raise ShopError("secret_not_sold", _("这条卡密没有发出，或已经退款"), status=409)
    secret.refresh_from_db()
    assert secret.order_line
    line = _refund_line(secret.order_line, 1, reason=reason, actor=actor)
    orders.release_taken(Order.objects.get(pk=line.order_id), {line: 1}, cause=f"card-{secret.pk}")


def _refund_line(line: OrderLine, units: int, *, reason: str, actor: str, closed: int = 0) -> OrderLine:
    """Give the share of `units` of its total back; shares of all units add up to the total.

    `closed` of them were open until now. Returns the line as it was before; its order is locked from here on.
    """
    before = OrderLine.objects.select_for_update().get(pk=line.pk)
    amount = orders.hold(before, units)
    OrderLine.objects.filter(pk=line.pk).update(
        refunded_quantity=F("refunded_quantity") + units, open_units=F("open_units") - closed
    )
    fresh = OrderLine.objects.select_related("order", "sku__product").get(pk=line.pk)
    limits.give_back_units(fresh, units)
    if amount:
        payment = Payment.objects.get(order=fresh.order, purpose=Payment.Purpose.ORDER)
        give_back(payment, amount, reason=reason, actor=actor)
    orders.note(fresh.order, action="virtual_refunded", actor=actor, text=f"{fresh.title} × {units} · {reason}")
    return before
