"""Bargains as shoppers see them before they launch one."""

from collections.abc import Sequence
from typing import Any

from shop.promotions.models import Activity, ActivityItem


def of_activity(activity: Activity, items: Sequence[ActivityItem]) -> dict[str, Any]:
    """Return how many cuts lead to the lowest price, hours to cut, and whether it may be bought before."""
    rule = activity.rule
    return {"helpers": rule["helpers"], "hours": rule["hours"], "any_price": bool(rule.get("any_price"))}
