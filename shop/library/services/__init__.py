"""Writes on the library."""

from shop.library.services.keeping import describe, hold, remove_asset, remove_assets
from shop.library.services.storing import store_picture

__all__ = ["describe", "hold", "remove_asset", "remove_assets", "store_picture"]
