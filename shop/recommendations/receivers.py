"""Events that recommendations hear."""

from typing import Any

from django.db import transaction

from shop.orders.models import OrderLine
from shop.recommendations import services


@transaction.atomic
def on_order_paid(event: Any) -> None:
    """Plan to count anew what the products of a paid order are bought with; repeating changes nothing."""
    lines = OrderLine.objects.filter(order__number=event.ref)
    products = sorted(set(lines.values_list("sku__product", flat=True)))
    if len(products) > 1:
        services.plan(products)
