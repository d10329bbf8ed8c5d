"""Stock of activities: carved out of the shop's, and given back when they end."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from shop.core.errors import ShopError
from shop.core.reading import catalogue_changed
from shop.inventory.hints import stock_changed
from shop.inventory.low_stock import forget_recovered
from shop.inventory.models import StockItem, StockMove, Warehouse
from tenants.models import new_key


@transaction.atomic
def carve(bucket: str, units: Mapping[int, int], *, actor: str) -> None:
    """Move units (SKU pk → units) from the shop's stock into a bucket; ShopError 409 `sold_out` when it has fewer."""
    warehouse = Warehouse.objects.get(is_default=True)
    StockItem.objects.bulk_create(
        (StockItem(sku_id=sku, warehouse=warehouse, bucket=bucket) for sku in sorted(units)), ignore_conflicts=True
    )
    items = _locked(bucket, units)
    moved = {sku: count for sku, count in units.items() if count}
    short = [sku for sku, count in moved.items() if (sku, "") not in items or items[sku, ""].available < count]
    if short:
        codes = [items[sku, bucket].sku.code for sku in short]
        named = _("、").join(_short_of(items, sku, bucket, moved[sku]) for sku in short)
        message = _("库存不够划给活动：%(goods)s") % {"goods": named}
        raise ShopError("sold_out", message, status=409, detail={"codes": codes})
    _move({(items[sku, ""].pk, items[sku, bucket].pk): count for sku, count in moved.items()}, bucket, actor)
    stock_changed(moved)
    catalogue_changed()


@transaction.atomic
def drain(bucket: str, *, actor: str, only: Collection[int] | None = None) -> None:
    """Move what nobody holds of a bucket (`only` of some SKUs) back to the shop's stock. Repeating has no effect."""
    carved = StockItem.objects.filter(bucket=bucket)
    skus = set((carved if only is None else carved.filter(sku__in=only)).values_list("sku_id", flat=True))
    items = _locked(bucket, skus)
    left = {sku: items[sku, bucket].on_hand - items[sku, bucket].reserved for sku in skus}
    moved = {sku: count for sku, count in left.items() if count}
    if not moved:
        return
    _move({(items[sku, bucket].pk, items[sku, ""].pk): count for sku, count in moved.items()}, bucket, actor)
    stock_changed(moved)
    forget_recovered(list(moved))
    catalogue_changed()


def _short_of(items: Mapping[tuple[int, str], StockItem], sku: int, bucket: str, count: int) -> str:
    """Return which SKU has how few units for how many."""
    one, own = items[sku, bucket].sku, items.get((sku, ""))
    title = f"{one.product.title} {one.option_text}".strip()
    return _("%(title)s 要 %(count)d 件，可售 %(left)d 件") % {
        "title": title,
        "count": count,
        "left": max(own.available, 0) if own else 0,
    }


def lock(stock: Collection[tuple[int, str]]) -> None:
    """Lock stock (SKU pk, bucket), and the shop's of the same SKUs, in key order until the transaction ends."""
    skus, named = {sku for sku, _bucket in stock}, {bucket for _sku, bucket in stock}
    items = StockItem.objects.filter(sku__in=skus, bucket__in={"", *named}, warehouse__is_default=True)
    list(items.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def _locked(bucket: str, skus: Collection[int]) -> dict[tuple[int, str], StockItem]:
    """Return (SKU pk, bucket) → the stock, normal and carved, locked in key order as orders lock it."""
    wanted = StockItem.objects.filter(
        Q(bucket="") | Q(bucket=bucket), sku__in=list(skus), warehouse__is_default=True
    ).select_related("sku__product")
    return {(item.sku_id, item.bucket): item for item in wanted.select_for_update(of=("self",)).order_by("pk")}


def _move(pairs: Mapping[tuple[int, int], int], bucket: str, actor: str) -> None:
    ref = f"{bucket}:{new_key()}"
    moves = []
    for (source, target), count in pairs.items():
        for item, change in ((source, -count), (target, count)):
            StockItem.objects.filter(pk=item).update(on_hand=F("on_hand") + change)
            moves.append(
                StockMove(kind=StockMove.Kind.CARVE, ref=ref, stock_item_id=item, quantity=change, actor=actor)
            )
    StockMove.objects.bulk_create(moves)
