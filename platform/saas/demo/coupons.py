"""Coupons of the demonstration: for newcomers, for larger orders, for the freight."""

from django.apps import apps
from django.db import transaction

from shop.members.models import Member

# Slug → what a template is, and the nickname of the shopper who has claimed one.
COUPONS: dict[str, tuple[tuple[dict[str, object], str], ...]] = {
    "demo-home": (
        ({"title": "新人礼", "given": "REGISTER", "value": 1_000, "days_valid": 30}, ""),
        ({"title": "立冬换新", "value": 2_000, "threshold": 19_900, "total": 500, "days_valid": 30}, "林间小路"),
        ({"title": "包邮券", "kind": "FREIGHT", "days_valid": 15}, ""),
    ),
}


def hand_out(slug: str) -> None:
    """Publish the shop's coupons and let a shopper claim one, once; nothing in an installation without coupons."""
    if not apps.is_installed("shop.marketing.coupons"):
        return
    from shop.marketing.coupons.models import CouponTemplate
    from shop.marketing.coupons.services import claim, publish_template, save_template

    for values, nickname in COUPONS.get(slug, ()):
        with transaction.atomic():
            if CouponTemplate.objects.filter(title=values["title"]).exists():
                continue
            template = save_template(CouponTemplate(**values))
            publish_template(template)
            member = Member.objects.filter(nickname=nickname).first() if nickname else None
            if member:
                claim(member, template)
