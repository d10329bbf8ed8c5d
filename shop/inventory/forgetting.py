"""Stock of SKUs that are deleted for good."""

from collections.abc import Collection

from shop.inventory.models import CountLine, StockItem, StockMove


def forget_stock(skus: Collection[int]) -> None:
    """Delete the stock of these SKUs (pk) with movements and counts; ProtectedError if any was ever reserved."""
    items = StockItem.objects.filter(sku__in=skus)
    moves = StockMove.objects.filter(stock_item__in=items)
    moves._raw_delete(moves.db)  # append-only rows go with the thing they are about
    CountLine.objects.filter(stock_item__in=items).delete()
    items.delete()
