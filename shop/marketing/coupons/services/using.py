"""Coupons and orders: used when one is placed, given back when all of it ended."""

from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.core.events import publish_all
from shop.marketing.coupons.models import Coupon

State = Coupon.State

# Locked in one order, so that two orders with the same coupons do not wait for each other.
_USE = """
WITH good AS (
    SELECT id FROM coupons_coupon
    WHERE key = ANY(%s) AND member_id = %s AND state = 'UNUSED' AND starts_at <= now() AND ends_at > now()
    ORDER BY key FOR UPDATE
)
UPDATE coupons_coupon SET state = 'USED', "order" = %s, used_at = now()
FROM good WHERE coupons_coupon.id = good.id RETURNING key
"""
_GIVE_BACK = """
UPDATE coupons_coupon SET state = 'UNUSED', "order" = '', used_at = NULL
WHERE "order" = %s AND state = 'USED' RETURNING key
"""


def use(order: str, member: int, keys: Sequence[str]) -> None:
    """Use a member's (pk) coupons for an order (its number), inside its transaction, at whose beginning they are good.

    Publishes `coupon.used` for each. ShopError 409 `coupon_unusable` (detail: `coupon`) for one that is used, over,
    not begun or not the member's.
    """
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(_USE, [list(keys), member, order])
        used = {key for (key,) in cursor.fetchall()}
    if missing := sorted({*keys} - used):
        raise ShopError(
            "coupon_unusable",
            _("优惠券现在不能用"),
            status=409,
            detail={"coupon": missing[0], "reason": "used", "missing": 0},
        )
    publish_all("coupon.used", "coupon", sorted(used), order=order)


def give_back(order: str) -> None:
    """Let the coupons of an order that ended be used again, until their own end; publishes `coupon.returned` for each.

    Call it in a transaction. Repeating has no effect.
    """
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, [order])
        returned = sorted(key for (key,) in cursor.fetchall())
    if returned:
        publish_all("coupon.returned", "coupon", returned, order=order)


def void(coupon: Coupon, *, note: str) -> None:
    """Take an unused coupon away from its member. ShopError: 409 `coupon_used`; 422 `note_required`."""
    if not note.strip():
        raise ShopError("note_required", _("请写明作废的原因"))
    if not Coupon.objects.filter(pk=coupon.pk, state=State.UNUSED).update(
        state=State.VOID, void_note=note.strip()[:80]
    ):
        raise ShopError("coupon_used", _("这张优惠券已经使用或作废"), status=409)
