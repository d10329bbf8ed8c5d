"""Coupons and orders: used when one is placed, given back when all of it ended."""

from collections.abc import Sequence

from django.contrib.postgres.functions import TransactionNow
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.marketing.coupons.models import Coupon

State = Coupon.State


def use(order: str, member: int, keys: Sequence[str]) -> None:
    """Use a member's (pk) coupons for an order (its number), inside its transaction, at whose beginning they are good.

    ShopError 409 `coupon_unusable` (detail: `coupon`) for one that is used, over, not begun or not the member's.
    """
    for key in sorted(keys):
        mine = Coupon.objects.filter(
            key=key, member=member, state=State.UNUSED, starts_at__lte=TransactionNow(), ends_at__gt=TransactionNow()
        )
        if not mine.update(state=State.USED, order=order, used_at=TransactionNow()):
            raise ShopError(
                "coupon_unusable",
                _("优惠券现在不能用"),
                status=409,
                detail={"coupon": key, "reason": "used", "missing": 0},
            )


def give_back(order: str) -> None:
    """Let the coupons of an order that ended be used again, until their own end. Repeating has no effect."""
    Coupon.objects.filter(order=order, state=State.USED).update(state=State.UNUSED, order="", used_at=None)


def void(coupon: Coupon, *, note: str) -> None:
    """Take an unused coupon away from its member. ShopError: 409 `coupon_used`; 422 `note_required`."""
    if not note.strip():
        raise ShopError("note_required", _("请写明作废的原因"))
    if not Coupon.objects.filter(pk=coupon.pk, state=State.UNUSED).update(
        state=State.VOID, void_note=note.strip()[:80]
    ):
        raise ShopError("coupon_used", _("这张优惠券已经使用或作废"), status=409)
