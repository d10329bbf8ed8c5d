"""Writes on the catalogue."""

from shop.catalog.services.categories import delete_category, ensure_categories, save_category, set_taglines
from shop.catalog.services.products import archive_product, save_product, save_products, set_shelf
from shop.catalog.services.summary import announce, refresh_summaries, refresh_summary

__all__ = [
    "announce",
    "archive_product",
    "delete_category",
    "ensure_categories",
    "refresh_summaries",
    "refresh_summary",
    "save_category",
    "save_product",
    "save_products",
    "set_shelf",
    "set_taglines",
]
