"""Writes on favourites and footprints."""

from shop.favourites.services.favourites import add_favourite, remove_favourite
from shop.favourites.services.footprints import leave_footprint, remove_footprint, remove_footprints
from shop.favourites.services.forgetting import forget_member

__all__ = [
    "add_favourite",
    "forget_member",
    "leave_footprint",
    "remove_favourite",
    "remove_footprint",
    "remove_footprints",
]
