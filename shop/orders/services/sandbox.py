"""Trial orders of a preview. They hold no stock, reach no provider, count nowhere, and are gone after a day."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.core.models import IdempotencyRecord
from shop.members.models import Member, MemberToken
from shop.orders.models import Order, OrderQuerySet
from tenants import signing
from tenants.due import Again

State = Order.State
CODE_SECONDS = 3600
WHILE_LOOKED_AT = timedelta(hours=2)
BATCH = 200
_PURPOSE = "sandbox-pay"


def sandbox_code(order: Order) -> str:
    """Return the text with which `pay_sandbox` takes the order as paid."""
    return signing.dumps(order.number, purpose=_PURPOSE)


def pay_sandbox(number: str, code: str) -> None:
    """Take a trial order as paid, without any money. ShopError: 422 `sandbox_code_invalid`, 409 `not_unpaid`."""
    try:
        named = signing.loads(code, purpose=_PURPOSE, max_age=CODE_SECONDS)
    except signing.BadSignature:
        named = None
    if named != number:
        raise ShopError("sandbox_code_invalid", _("模拟支付已失效，请重新付款"))
    unpaid = Order.everything.trial().filter(number=number, state=State.UNPAID, pay_deadline__gt=Now())
    if not unpaid.update(state=State.TO_SHIP, paid=F("total"), paid_at=Now()):
        raise ShopError("not_unpaid", _("订单已不能付款"), status=409)


def cancel_sandbox(order: Order) -> None:
    """Cancel an unpaid trial order. ShopError: 409 `not_unpaid`."""
    unpaid = Order.everything.trial().filter(pk=order.pk, state=State.UNPAID)
    cancelled = {"cancel_reason": Order.CancelReason.MEMBER, "cancelled_at": Now()}
    if not unpaid.update(state=State.CANCELLED, **cancelled):
        raise ShopError("not_unpaid", _("订单已不能取消"), status=409)


@transaction.atomic
def purge_sandbox(ref: str) -> Again | None:
    """Due handler: remove a sandbox member (by key) with everything of theirs, once nobody looks through it."""
    member = Member.everything.filter(key=ref, is_sandbox=True).select_for_update().first()
    if member is None:
        return None
    if MemberToken.objects.filter(member=member, expires_at__gt=Now()).exists():
        return Again(WHILE_LOOKED_AT.total_seconds())
    orders = Order.everything.trial().of(member)
    _remove(orders)
    if orders.exists():
        return Again(1)
    IdempotencyRecord.objects.filter(owner=f"order:{member.pk}").delete()
    member.delete()
    return None


def _remove(orders: OrderQuerySet) -> None:
    batch = list(orders.order_by("pk").values_list("pk", flat=True)[:BATCH])
    IdempotencyRecord.objects.filter(owner__in=[f"pay:{pk}" for pk in batch]).delete()
    Order.everything.filter(pk__in=batch).delete()
