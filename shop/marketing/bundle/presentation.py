"""Bundles as shoppers see them."""

from collections.abc import Sequence
from typing import Any

from shop.promotions.models import Activity, ActivityItem


def of_activity(activity: Activity, items: Sequence[ActivityItem]) -> dict[str, Any]:
    """Return what a set costs (fen), and how many units of each SKU (by key) it holds."""
    return {
        "price": activity.rule["price"],
        "quantities": {item.sku.key: item.details["quantity"] for item in items},
    }
