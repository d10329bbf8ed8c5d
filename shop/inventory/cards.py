"""Stock of card products: it is the number of their free secrets, so only those who add or void secrets move it."""

from collections.abc import Iterable

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU, Product
from shop.core.errors import ShopError
from shop.core.reading import catalogue_changed
from shop.inventory.hints import stock_changed
from shop.inventory.low_stock import tell_of_low
from shop.inventory.models import StockItem, StockMove, Warehouse


def move_cards(sku: SKU, units: int, *, ref: str, reason: str, actor: str) -> None:
    """Count `units` more (or fewer) secrets of a card SKU, in the caller's transaction.

    ShopError 409 `stock_below_reserved` when fewer would be left than are promised to shoppers.
    """
    warehouse = Warehouse.objects.get(is_default=True)
    item, _made = StockItem.objects.get_or_create(sku=sku, warehouse=warehouse, bucket="")
    enough = StockItem.objects.filter(pk=item.pk, on_hand__gte=F("reserved") - units)
    if not enough.update(on_hand=F("on_hand") + units):
        raise ShopError("stock_below_reserved", _("现有库存不能少于已占用数量"), status=409)
    StockMove.objects.create(
        kind=StockMove.Kind.IMPORT if units > 0 else StockMove.Kind.ADJUST,
        ref=ref,
        stock_item=item,
        quantity=units,
        reason=reason,
        actor=actor,
    )
    stock_changed([sku.pk])
    tell_of_low([sku.pk])
    catalogue_changed()


def card_skus(skus: Iterable[int]) -> set[int]:
    """Return which of these SKUs (primary keys) are of card products."""
    cards = SKU.objects.filter(pk__in=list(skus), product__kind=Product.Kind.CARD)
    return set(cards.values_list("pk", flat=True))


def refuse_cards(skus: Iterable[int]) -> None:
    """Raise ShopError 409 `stock_of_cards` when one of these SKUs (primary keys) is of a card product."""
    if card_skus(skus):
        raise ShopError("stock_of_cards", _("卡密商品的库存就是未发出的卡密数量，请在“卡密”里导入或作废"), status=409)
