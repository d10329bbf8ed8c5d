"""Giving out what was paid: secrets of cards, codes of services. All of an order in one transaction, once."""

import secrets
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from shop.catalog.models import SKU, Product
from shop.core import crypto
from shop.fulfilment import services as fulfilment
from shop.orders import services as orders
from shop.orders.models import Order, OrderLine
from shop.virtual.models import RefundRule, ServiceCode, ServiceTerms
from tenants import due

Kind = Product.Kind
DIGITS = 12
SHORT_OF_SECRETS = 60  # seconds until it is tried again; importing secrets tries at once

# Secrets that another delivery is taking are passed over, so that deliveries do not wait for each other. A CTE, not a
# subquery: that could be run again for every row and take more than its limit.
_TAKE = """
WITH free AS MATERIALIZED (
    SELECT id FROM virtual_cardsecret WHERE sku_id = %s AND state = 'FREE' ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
)
UPDATE virtual_cardsecret secret SET state = 'SOLD', order_line_id = %s, sold_at = now()
FROM free WHERE secret.id = free.id AND secret.state = 'FREE'
"""


class _Short(Exception):
    """Too few free secrets for an order; what was taken goes back."""


def deliver(number: str) -> bool:
    """Give out the cards and services of a paid order; False when secrets are lacking. Repeating has no effect."""
    try:
        with transaction.atomic():
            _deliver(number)
    except _Short:
        return False
    return True


def deliver_again(number: str) -> due.Again | None:
    """Due handler: deliver an order that waited for secrets."""
    return None if deliver(number) else due.Again(SHORT_OF_SECRETS)


def deliver_waiting(sku: SKU) -> None:
    """Let the paid orders that wait for secrets of this SKU be tried again, in the caller's transaction."""
    waiting = OrderLine.objects.filter(
        sku=sku,
        order__state=Order.State.TO_SHIP,
        order__is_sandbox=False,
        shipped_quantity__lt=F("quantity") - F("refunded_quantity"),
    )
    for number in waiting.values_list("order__number", flat=True):
        due.schedule("virtual.deliver", number)


def _deliver(number: str) -> None:
    order = Order.objects.select_for_update().filter(number=number, state=Order.State.TO_SHIP).first()
    if order is None:
        return
    lines = [line for line in order.lines.select_related("sku").exclude(kind=Kind.GOODS) if _owed(line) > 0]
    for line in lines:
        _give_out(line, _owed(line))
    if lines:
        fulfilment.close_virtual(order, actor=orders.SYSTEM)


def _owed(line: OrderLine) -> int:
    return line.quantity - line.refunded_quantity - line.shipped_quantity


def _give_out(line: OrderLine, units: int) -> None:
    rows = OrderLine.objects.filter(pk=line.pk)
    if line.kind == Kind.CARD:
        _take_secrets(line, units)
        rows.update(shipped_quantity=F("shipped_quantity") + units)
    else:
        _make_code(line, units)
        rows.update(shipped_quantity=F("shipped_quantity") + units, open_units=units)


def _take_secrets(line: OrderLine, units: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [line.sku_id, units, line.pk])
        if cursor.rowcount != units:
            raise _Short


def _make_code(line: OrderLine, units: int) -> None:
    terms = ServiceTerms.objects.filter(product=line.sku.product_id).first()
    days = terms.valid_days if terms else None
    made = ServiceCode(
        order_line=line,
        units=units,
        refund_rule=terms.refund_rule if terms else RefundRule.UNUSED,
        expires_at=timezone.now() + timedelta(days=days) if days else None,
    )
    made.code = _new_code()
    made.save(force_insert=True)
    if days:
        due.schedule("virtual.expire", made.pk, after=timedelta(days=days))


def _new_code() -> str:
    """Return twelve digits that no code of the shop has; its unique constraint refuses what slips through."""
    while True:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        if not ServiceCode.objects.filter(code_digest=crypto.digest(code, "code")).exists():
            return code
