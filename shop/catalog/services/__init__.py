"""Writes on the catalogue."""

from shop.catalog.services.bin import archive_product, delete_product, restore_product
from shop.catalog.services.categories import (
    Place,
    arrange_categories,
    delete_category,
    ensure_categories,
    save_category,
    set_taglines,
    tree_digest,
)
from shop.catalog.services.display import (
    delete_brand,
    delete_guarantee,
    delete_tag,
    save_brand,
    save_guarantee,
    save_tag,
)
from shop.catalog.services.labels import relate_products
from shop.catalog.services.presets import save_attribute_template, save_spec_template
from shop.catalog.services.products import save_product, save_products
from shop.catalog.services.schedule import run_schedule, set_shelf
from shop.catalog.services.summary import announce, mark_edited, refresh_summaries, refresh_summary

__all__ = [
    "Place",
    "announce",
    "archive_product",
    "arrange_categories",
    "delete_brand",
    "delete_category",
    "delete_guarantee",
    "delete_product",
    "delete_tag",
    "ensure_categories",
    "mark_edited",
    "refresh_summaries",
    "refresh_summary",
    "relate_products",
    "restore_product",
    "run_schedule",
    "save_attribute_template",
    "save_brand",
    "save_category",
    "save_guarantee",
    "save_product",
    "save_products",
    "save_spec_template",
    "save_tag",
    "set_shelf",
    "set_taglines",
    "tree_digest",
]
