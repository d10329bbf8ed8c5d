"""Writes on packages."""

from shop.fulfilment.services.correcting import correct_package
from shop.fulfilment.services.shipping import Parcel, auto_receive, close_virtual, receive, ship, ship_parcels
from shop.fulfilment.services.together import ship_together, shippable_with

__all__ = [
    "Parcel",
    "auto_receive",
    "close_virtual",
    "correct_package",
    "receive",
    "ship",
    "ship_parcels",
    "ship_together",
    "shippable_with",
]
