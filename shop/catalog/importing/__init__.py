"""Import of a catalogue from files: read, validate everything, compare, apply in one transaction."""

from shop.catalog.importing.categories import CategoryPart
from shop.catalog.importing.part import Context, Count, Part
from shop.catalog.importing.products import ProductPart
from shop.catalog.importing.report import Mistake, Report
from shop.catalog.importing.running import Result, import_files

__all__ = [
    "CategoryPart",
    "Context",
    "Count",
    "Mistake",
    "Part",
    "ProductPart",
    "Report",
    "Result",
    "import_files",
]
