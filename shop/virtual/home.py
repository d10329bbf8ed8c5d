"""What the home page says of virtual goods."""

from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.core.home import Task
from shop.orders.models import Order, OrderLine


def tasks(user: Any) -> list[Task]:
    """Return how many paid orders wait for card secrets; nothing when none does, which is usual."""
    if not user.has_perm("virtual.view_cardsecret"):
        return []
    waiting = OrderLine.objects.filter(
        kind=Product.Kind.CARD,
        order__state=Order.State.TO_SHIP,
        shipped_quantity__lt=F("quantity") - F("refunded_quantity"),
    )
    orders = waiting.values("order").distinct().count()
    return [Task(_("等待卡密的订单"), orders, reverse("admin:virtual_cardsecret_changelist"))] if orders else []
