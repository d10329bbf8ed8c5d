"""Events that group buys hear."""

from typing import Any

from shop.marketing.group_buy import services
from shop.marketing.group_buy.models import Group


def on_group_completed(event: Any) -> None:
    """Give the leader of a complete group what the activity promises; once, however often the event comes."""
    services.reward_leader(Group.objects.select_related("activity").get(key=event.ref))
