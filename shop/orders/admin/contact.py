"""Who may read whom a parcel is for."""

from typing import Any

from shop.core.admin_fields import masked_phone
from shop.orders.models import Order


def sees_contact(user: Any) -> bool:
    """Return whether the user works with the parcel or the shopper, and so needs name, phone and street."""
    return bool(user.has_perm("orders.change_order") or user.has_perm("fulfilment.add_package"))


def contact_of(order: Order, user: Any) -> tuple[str, str, str]:
    """Return name, phone and address of an order as `user` may read them."""
    region = f"{order.province}{order.city}{order.district}"
    if not sees_contact(user):
        return f"{order.name[:1]}**" if order.name else "", masked_phone(order.phone_last4), region
    return order.name, order.phone, f"{region}{order.detail}"
