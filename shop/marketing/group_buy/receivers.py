"""Events that group buys hear."""

from typing import Any

from shop.core import rewards
from shop.marketing.group_buy.models import Group


def on_group_completed(event: Any) -> None:
    """Give the leader of a complete group what the activity promises; once, however often the event comes."""
    group: Group = Group.objects.select_related("activity").get(key=event.ref)
    reward = group.activity.rule.get("leader_reward")
    if reward:
        spec = {"quantity": reward["quantity"], "ref": reward.get("ref", "")}
        rewards.grant(reward["kind"], group.leader_id, spec, f"group:{group.key}:leader")
