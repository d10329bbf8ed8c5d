"""Writes on orders. What joins an order and money is in payments.services."""

from shop.orders.services.checkout import OrderRequest, Wanted, place_order, preview
from shop.orders.services.transitions import (
    SYSTEM,
    Outcome,
    complete,
    erase_member,
    mark_cancelled,
    mark_paid,
    mark_refunded,
    move,
    reopen,
    reprice,
)

__all__ = [
    "SYSTEM",
    "OrderRequest",
    "Outcome",
    "Wanted",
    "complete",
    "erase_member",
    "mark_cancelled",
    "mark_paid",
    "mark_refunded",
    "move",
    "place_order",
    "preview",
    "reopen",
    "reprice",
]
