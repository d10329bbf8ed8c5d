"""Bargains as shoppers see them before they launch one."""

from collections.abc import Sequence
from typing import Any

from shop.promotions.models import Activity, ActivityItem


def of_activity(activity: Activity, items: Sequence[ActivityItem]) -> dict[str, Any]:
    """Return the rule of BargainActivity: how many cuts, for how long, and when it may be bought."""
    rule = activity.rule
    return {
        "helpers": rule["helpers"],
        "hours": rule["hours"],
        "pay_hours": rule["pay_hours"],
        "any_price": bool(rule.get("any_price")),
        "most_helps": rule.get("most_helps", 0),
    }
