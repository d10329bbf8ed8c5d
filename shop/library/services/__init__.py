"""Writes on the library."""

from shop.library.services.keeping import claim, describe, hold, remove_asset, remove_assets
from shop.library.services.storing import is_video, store_picture, store_video

__all__ = [
    "claim",
    "describe",
    "hold",
    "is_video",
    "remove_asset",
    "remove_assets",
    "store_picture",
    "store_video",
]
