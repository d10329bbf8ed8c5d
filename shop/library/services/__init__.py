"""Writes on the library."""

from shop.library.services.keeping import hold
from shop.library.services.storing import store_picture

__all__ = ["hold", "store_picture"]
