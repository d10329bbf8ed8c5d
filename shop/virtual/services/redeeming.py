"""Using a service: a code is good for its units, each once, until it expires."""

import re

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.core import crypto
from shop.core.errors import ShopError
from shop.orders import services as orders
from shop.virtual.models import Redemption, RefundRule, ServiceCode
from shop.virtual.services.closing import close_units
from shop.virtual.services.refunds import refund_service
from tenants.due import Again

UNDECIDED = 3600  # seconds until an expired code is looked at again whose units are in an undecided after-sale


def find_code(typed: str) -> ServiceCode:
    """Return the code that was typed or scanned, blanks and dashes left out; ShopError 404 `code_unknown`."""
    digits = re.sub(r"[\s-]", "", typed)
    found = ServiceCode.objects.shown().filter(code_digest=crypto.digest(digits, "code")).first()
    if found is None:
        raise ShopError("code_unknown", _("没有这个核销码，请核对后再输"), status=404)
    return found


@transaction.atomic
def redeem(code: ServiceCode, units: int, *, ref: str, actor: str) -> bool:
    """Use units of a service; False when this `ref` has used them already. The last unit completes the order.

    ShopError: 422 `units_invalid`; 409 `code_expired`, `code_used_up` (detail: `left`).
    """
    if units < 1:
        raise ShopError("units_invalid", _("核销数量至少为 1"))
    try:
        with transaction.atomic():
            Redemption.objects.create(code=code, units=units, ref=ref, actor=actor)
    except IntegrityError:
        return False
    unused = Q(units__gte=F("used") + F("refunded") + F("expired") + units)
    usable = ServiceCode.objects.filter(unused, Q(expires_at=None) | Q(expires_at__gt=Now()), pk=code.pk)
    if not usable.update(used=F("used") + units):
        raise _not_usable(code)
    close_units(code.order_line, units, actor=actor)
    return True


def _not_usable(code: ServiceCode) -> ShopError:
    code.refresh_from_db()
    if code.expired or ServiceCode.objects.filter(pk=code.pk, expires_at__lte=Now()).exists():
        return ShopError("code_expired", _("这个核销码已经过期"), status=409)
    left = {"left": code.left}
    return ShopError("code_used_up", _("可核销数量不足，还剩 %(left)d 份") % left, status=409, detail=left)


def expire(pk: str) -> Again | None:
    """Due handler: end the unused units of a code whose time is over, and give them back where the rule says so."""
    code = ServiceCode.objects.shown().filter(pk=pk).first()
    if code is None or code.expires_at is None or not code.left:
        return None
    if code.expires_at > timezone.now():  # due work may be called a little early
        return Again((code.expires_at - timezone.now()).total_seconds() + 1)
    if code.order_line.held_quantity > code.order_line.refunded_quantity:
        return Again(UNDECIDED)
    if code.refund_rule == RefundRule.ALWAYS:
        refund_service(code, code.left, reason=str(_("服务过期自动退款")), actor=orders.SYSTEM)
        return None
    return None if _end_unused(code) else Again(1)


@transaction.atomic
def _end_unused(code: ServiceCode) -> bool:
    """Count what is left as expired; False when it has changed since it was read."""
    left = code.left
    same = ServiceCode.objects.filter(pk=code.pk, used=code.used, refunded=code.refunded, expired=code.expired)
    if not same.update(expired=F("expired") + left):
        return False
    close_units(code.order_line, left, actor=orders.SYSTEM)
    return True
