"""What the home page says of stock."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shop.core.home import Task
from shop.inventory.models import StockItem


def tasks(user: Any) -> list[Task]:
    """Return how many SKUs have less stock than their warning level."""
    if not user.has_perm("inventory.view_stockitem"):
        return []
    low = StockItem.objects.low().count()
    return [Task(_("库存不足"), low, f"{reverse('admin:inventory_stockitem_changelist')}?left=low")]
