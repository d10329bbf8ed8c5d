"""What tests of coupons share."""

import secrets
from datetime import timedelta

from django.utils import timezone

from shop.marketing.coupons.models import Coupon, CouponTemplate
from shop.marketing.coupons.services import publish_template, save_template
from shop.marketing.coupons.services.granting import give


def make_template(*, published=True, **fields):
    """满 100 减 10 for a week after claiming, as many as anybody wants, unless `fields` say something else."""
    fields = {"title": "券", "value": 1_000, "threshold": 10_000, "most_per_member": 0, **fields}
    if "valid_from" not in fields:
        fields = {"days_valid": 7, **fields}
    template = save_template(CouponTemplate(**fields))
    if published:
        publish_template(template)
        template.refresh_from_db()
    return template


def hold(member, template=None, **fields):
    """A coupon of the member."""
    template = template or make_template(**fields)
    (coupon,) = give(template, [(member.pk, secrets.token_hex(8))], Coupon.Source.ISSUE)
    return coupon


def let_end(*coupons):
    """Let the time of coupons be over."""
    now = timezone.now()
    Coupon.objects.filter(pk__in=[coupon.pk for coupon in coupons]).update(
        starts_at=now - timedelta(days=2), ends_at=now - timedelta(seconds=1)
    )


def state(coupon):
    coupon.refresh_from_db()
    return coupon.state, coupon.order
