"""A coupon as shoppers will see it, for who makes it; part of it may not be filled in yet."""

from typing import Any

from django.conf import settings
from django.utils import translation

from shop.marketing.coupons.models import CouponTemplate
from shop.marketing.coupons.presentation import rule_row
from shop.promotions.wording import plain_yuan, tenths

Kind = CouponTemplate.Kind


def ticket(template: CouponTemplate) -> dict[str, Any]:
    """Return what stands on the coupon: `sign` and `face` in large, `rule` in the shop's language, `is_limited`."""
    with translation.override(settings.LANGUAGE_CODE):
        told = rule_row({**template.rule(), "threshold": template.threshold or 0})
    return {
        "template": template,
        "sign": "¥" if template.value and template.kind != Kind.PERCENT else "",
        "face": _face(template),
        "rule": told["summary"] if _is_told(template) else "",
        "is_limited": told["is_limited"],
    }


def _is_told(template: CouponTemplate) -> bool:
    return bool({Kind.FIXED: template.value, Kind.PERCENT: template.share_bp}.get(Kind(template.kind), True))


def _face(template: CouponTemplate) -> str:
    """Return the amount in yuan, the discount; "" for what is free or not filled in."""
    if template.kind == Kind.PERCENT:
        return tenths(template.share_bp) if template.share_bp else ""
    return plain_yuan(template.value) if template.value else ""
