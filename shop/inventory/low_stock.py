"""Telling the shop that stock runs low: once each time it happens, whoever made it happen."""

from collections.abc import Collection

from django.db.models.functions import Now

from shop.core.events import publish
from shop.inventory.models import StockItem


def tell_of_low(skus: Collection[int]) -> None:
    """Publish one `stock.low` for those of the SKUs (primary keys) that have become low, and note which are not any
    more. Call it in the transaction that sold or changed them, or in a later one.

    Whoever gets the lock on an item that nobody has told of tells; the others find it told.
    """
    low = StockItem.objects.low().filter(sku__in=skus)
    untold = low.filter(low_since=None).select_for_update(of=("self",)).order_by("pk")
    told = dict(untold.values_list("pk", "sku_id"))
    forget_recovered(skus)
    if told:
        StockItem.objects.filter(pk__in=told).update(low_since=Now())
        publish("stock.low", "stock", "low", skus=sorted(set(told.values())))


def forget_recovered(skus: Collection[int]) -> None:
    """Note which of the SKUs (primary keys) are not low any more: the next time is told again."""
    low = StockItem.objects.low().filter(sku__in=skus)
    told = StockItem.objects.filter(sku__in=skus, low_since__isnull=False)
    told.exclude(pk__in=low.values("pk")).update(low_since=None)
