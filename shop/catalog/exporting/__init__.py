"""The catalogue as files that can be imported again."""

from shop.catalog.exporting.drafts import drafts_of, stock_levels
from shop.catalog.exporting.objects import lines_of
from shop.catalog.exporting.rows import sheet_of

__all__ = ["drafts_of", "lines_of", "sheet_of", "stock_levels"]
