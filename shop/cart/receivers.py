"""Events that carts hear."""

from shop.cart.models import CartItem
from tenants.models import OutboxEvent


def on_member_erased(event: OutboxEvent) -> None:
    """Empty the cart of an erased member."""
    CartItem.objects.filter(member=event.ids["member"]).delete()
