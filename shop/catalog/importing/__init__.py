"""Import of a catalogue from files: read, validate everything, compare, apply in one transaction."""

from shop.catalog.importing.categories import CategoryPart
from shop.catalog.importing.part import Context, Count, Part
from shop.catalog.importing.products import ProductPart
from shop.catalog.importing.report import Mistake, Report
from shop.catalog.importing.running import Preview, Result, import_files, preview_files
from shop.catalog.importing.sheets import SheetPart
from shop.catalog.importing.storing import ProductChange
from shop.catalog.importing.taobao import TaobaoPart

__all__ = [
    "CategoryPart",
    "Context",
    "Count",
    "Mistake",
    "Part",
    "Preview",
    "ProductChange",
    "ProductPart",
    "Report",
    "Result",
    "SheetPart",
    "TaobaoPart",
    "import_files",
    "preview_files",
]
