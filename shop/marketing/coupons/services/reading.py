"""The coupons that a member holds."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from shop.marketing.coupons.models import Coupon, CouponTemplate
from shop.members.models import Member

MOST_OFFERED = 200

_HELD = """
SELECT key, rule::json, ends_at, starts_at <= now() FROM coupons_coupon
WHERE member_id = %s AND state = 'UNUSED' AND ends_at > now() ORDER BY ends_at, id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Held:
    """A coupon that is not used and not over; `has_begun` is False for one that may be used later."""

    key: str
    rule: dict[str, Any]
    ends_at: datetime
    has_begun: bool


def held_by(member: Member) -> list[Held]:
    """Return what the member may use now or later, the first to end first, at most MOST_OFFERED. One query."""
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_HELD, [member.pk, MOST_OFFERED])
        return [Held(key, _object(rule), ends_at, begun) for key, rule, ends_at, begun in cursor.fetchall()]


def _object(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(value) if isinstance(value, str) else value
    return found


def scope_of_key(key: str) -> dict[str, Any] | None:
    """Return what goods a published template, or a member's coupon, is for; None when neither has this key."""
    template = CouponTemplate.objects.exclude(state=CouponTemplate.State.DRAFT).filter(key=key).first()
    if template is not None:
        return template.scope
    coupon = Coupon.objects.filter(key=key).first()
    return coupon.rule["scope"] if coupon else None


def usable_count(member: Member) -> int:
    """Return how many coupons the member may use, now or later."""
    return Coupon.objects.of(member).usable().count()
