"""Events that coupons hear."""

from typing import Any

from shop.marketing.coupons import services
from shop.members.models import Member


def on_member_registered(event: Any) -> None:
    """Give a new member the coupons for newcomers; each once, however often the event comes."""
    member = Member.objects.filter(key=event.ref, erased_at=None).first()
    if member:
        services.welcome(member)
