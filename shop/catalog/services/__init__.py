"""Writes on the catalogue."""

from shop.catalog.services.bin import archive_product, delete_product, restore_product
from shop.catalog.services.categories import delete_category, ensure_categories, save_category, set_taglines
from shop.catalog.services.products import save_product, save_products
from shop.catalog.services.schedule import run_schedule, set_shelf
from shop.catalog.services.summary import announce, mark_edited, refresh_summaries, refresh_summary

__all__ = [
    "announce",
    "archive_product",
    "delete_category",
    "delete_product",
    "ensure_categories",
    "mark_edited",
    "refresh_summaries",
    "refresh_summary",
    "restore_product",
    "run_schedule",
    "save_category",
    "save_product",
    "save_products",
    "set_shelf",
    "set_taglines",
]
