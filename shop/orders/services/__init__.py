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
from shop.orders.services.holding import free, give_up, hold, release_taken
from shop.orders.services.sandbox import cancel_sandbox, pay_sandbox, purge_sandbox, sandbox_code
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
    release_hold,
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
    "cancel_sandbox",
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
    "pay_sandbox",
    "place_for_customer",
    "place_order",
    "preview",
    "purge_sandbox",
    "release_hold",
    "release_taken",
    "reopen",
    "reprice",
    "sandbox_code",
    "save_filter",
    "set_flag",
]
