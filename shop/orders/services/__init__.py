"""Writes on orders. What joins an order and money is in payments.services."""

from shop.orders.services.checkout import OrderRequest, Wanted, place_order, preview
from shop.orders.services.desk import (
    StaffOrder,
    annotate,
    change_delivery_address,
    forget_filter,
    place_for_customer,
    save_filter,
    set_flag,
)
from shop.orders.services.holding import free, give_up, hold
from shop.orders.services.transitions import (
    SYSTEM,
    Outcome,
    complete,
    complete_virtual,
    erase_member,
    mark_cancelled,
    mark_paid,
    mark_refunded,
    move,
    note,
    reopen,
    reprice,
)

__all__ = [
    "SYSTEM",
    "OrderRequest",
    "Outcome",
    "StaffOrder",
    "Wanted",
    "annotate",
    "change_delivery_address",
    "complete",
    "complete_virtual",
    "erase_member",
    "forget_filter",
    "free",
    "give_up",
    "hold",
    "mark_cancelled",
    "mark_paid",
    "mark_refunded",
    "move",
    "note",
    "place_for_customer",
    "place_order",
    "preview",
    "reopen",
    "reprice",
    "save_filter",
    "set_flag",
]
