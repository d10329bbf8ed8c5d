"""Stock levels as a spreadsheet."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from shop.core.sheets import Cell
from shop.inventory.models import StockItem

COLUMNS = (
    *(_("商品编码"), _("商品"), _("规格"), _("SKU 编码"), _("条形码"), _("仓库")),
    *(_("现有"), _("已占用"), _("安全库存"), _("可售")),
)


def rows(keys: Sequence[int], user: Any) -> Iterator[Sequence[Cell]]:
    """Yield the rows of these stock items (primary keys)."""
    items = StockItem.objects.select_related("sku__product", "warehouse").in_bulk(keys)
    for key in keys:
        if item := items.get(key):
            sku = item.sku
            yield [
                *(sku.product.code, sku.product.title, sku.option_text, sku.code, sku.barcode, item.warehouse.name),
                *(item.on_hand, item.reserved, item.safety, item.available),
            ]
