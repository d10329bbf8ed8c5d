"""Add-on purchases as shoppers see them."""

from collections.abc import Sequence
from typing import Any

from shop.promotions.models import Activity, ActivityItem


def of_activity(activity: Activity, items: Sequence[ActivityItem]) -> dict[str, Any]:
    """Return for how much (fen, at normal prices) other goods have to be bought, and whether all goods count."""
    scope = activity.scope
    return {"threshold": activity.rule["threshold"], "is_all": scope.get("all", not scope) and not scope.get("without")}
