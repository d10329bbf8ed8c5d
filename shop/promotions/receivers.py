"""Events that promotions hear."""

from typing import Any

from django.db import transaction

from shop.orders.models import Order
from shop.promotions.services import give_perks, limits


@transaction.atomic
def on_order_completed(event: Any) -> None:
    """Give what the order's activities promised beside money off, unless all of it went back; each once."""
    order = Order.objects.select_for_update().get(number=event.ref)  # a refund of the rest comes before, or after
    if order.lines.kept().exists():
        give_perks(order.number)


def on_member_erased(event: Any) -> None:
    """Forget by which phones and addresses an erased member took part in activities."""
    limits.forget_member(event.ids["member"])
