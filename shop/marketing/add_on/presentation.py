"""Add-on purchases as shoppers see them."""

from collections.abc import Sequence
from typing import Any

from shop.promotions.models import Activity, ActivityItem


def of_activity(activity: Activity, items: Sequence[ActivityItem]) -> dict[str, Any]:
    """Return for how much (fen, at normal prices) other goods have to be bought."""
    return {"threshold": activity.rule["threshold"]}
