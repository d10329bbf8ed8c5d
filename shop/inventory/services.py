"""Writes on stock. A unit is sold by one conditional UPDATE; nothing reads first and writes then."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shop.catalog.models import SKU
from shop.core.errors import ShopError
from shop.core.reading import catalogue_changed
from shop.inventory.cards import card_skus, refuse_cards
from shop.inventory.hints import stock_changed
from shop.inventory.low_stock import forget_recovered
from shop.inventory.models import Reservation, StockItem, StockMove, Warehouse

DEFAULT_WAREHOUSE = "MAIN"
State = Reservation.State
StockKey = tuple[int, str]  # SKU pk, bucket
Units = Mapping[StockKey, int]

# Locks the rows in key order, so that two orders with the same SKUs cannot wait for each other, and takes the
# units only where enough are left: after waiting, PostgreSQL checks the condition on the newest row.
_RESERVE = """
WITH want (sku_id, bucket, quantity) AS (SELECT * FROM unnest(%s::bigint[], %s::text[], %s::int[])),
locked AS (
    SELECT item.id, want.quantity FROM inventory_stockitem item JOIN want USING (sku_id, bucket)
    WHERE item.warehouse_id = (SELECT id FROM inventory_warehouse WHERE is_default)
    ORDER BY item.id FOR UPDATE OF item
),
taken AS (
    UPDATE inventory_stockitem item SET reserved = item.reserved + locked.quantity
    FROM locked WHERE item.id = locked.id AND item.on_hand - item.reserved - item.safety >= locked.quantity
    RETURNING item.id, item.sku_id, item.bucket, locked.quantity,
              item.on_hand - item.reserved - item.safety AS available
),
held AS (
    INSERT INTO inventory_reservation (ref, stock_item_id, quantity, state, expires_at)
    SELECT %s, id, quantity, 'HELD', %s FROM taken
)
SELECT sku_id, bucket, available FROM taken
"""

_END_HOLD = """
WITH taken AS (
    UPDATE inventory_reservation SET state = %s WHERE ref = %s AND state = 'HELD' RETURNING stock_item_id, quantity
),
locked AS (
    SELECT item.id, taken.quantity FROM inventory_stockitem item JOIN taken ON taken.stock_item_id = item.id
    ORDER BY item.id FOR UPDATE OF item
)
UPDATE inventory_stockitem item
SET on_hand = item.on_hand - locked.quantity * %s, reserved = item.reserved - locked.quantity
FROM locked WHERE item.id = locked.id
RETURNING item.id, item.sku_id, locked.quantity, item.on_hand - item.reserved - item.safety
"""

_MAKE_ITEMS = """
INSERT INTO inventory_stockitem (sku_id, warehouse_id, bucket, on_hand, reserved, safety)
SELECT sku, (SELECT id FROM inventory_warehouse WHERE is_default), '', 0, 0, 0
FROM unnest(%s::bigint[]) AS sku ORDER BY sku
ON CONFLICT DO NOTHING
"""

_HOLD_STILL = "SELECT on_hand FROM inventory_stockitem WHERE sku_id = ANY(%s) ORDER BY id FOR UPDATE"

# One statement for any number of SKUs: an import of ten thousand must not keep shoppers' orders waiting.
_SET_ON_HAND = """
WITH want (sku_id, units) AS (SELECT * FROM unnest(%s::bigint[], %s::int[])),
locked AS (
    SELECT item.id, item.on_hand AS before, GREATEST(want.units, item.reserved) AS after
    FROM inventory_stockitem item JOIN want ON want.sku_id = item.sku_id
    WHERE item.warehouse_id = (SELECT id FROM inventory_warehouse WHERE is_default) AND item.bucket = ''
          AND item.on_hand <> GREATEST(want.units, item.reserved)
    ORDER BY item.id FOR UPDATE OF item
),
changed AS (
    UPDATE inventory_stockitem item SET on_hand = locked.after FROM locked WHERE item.id = locked.id
    RETURNING item.id, item.sku_id, locked.after - locked.before AS delta
),
moved AS (
    INSERT INTO inventory_stockmove (kind, ref, stock_item_id, quantity, reason, actor)
    SELECT %s, %s, id, delta, %s, %s FROM changed
)
SELECT sku_id FROM changed
"""


class SoldOut(ShopError):
    """Not enough units are left; `detail` names each SKU with what is left."""

    status = 409
    code = "sold_out"


def seed() -> None:
    """Make sure that the default warehouse exists."""
    Warehouse.objects.get_or_create(
        code=DEFAULT_WAREHOUSE, defaults={"name": gettext_noop("默认仓库"), "is_default": True}
    )


def reserve(ref: str, units: Units, expires_at: datetime | None) -> None:
    """Hold units for `ref`, all or none; SoldOut when any SKU lacks them.

    Call it last in the transaction: the rows of hot SKUs stay locked until it commits.
    """
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        skus, buckets = [sku for sku, _bucket in units], [bucket for _sku, bucket in units]
        cursor.execute(_RESERVE, [skus, buckets, list(units.values()), ref, expires_at])
        left = {(sku, bucket): available for sku, bucket, available in cursor.fetchall()}
    if len(left) < len(units):
        raise _sold_out(set(units) - set(left))
    stock_changed({sku for sku, bucket in left if not bucket})
    if any(available <= 0 for available in left.values()):
        catalogue_changed()


def _sold_out(short: set[StockKey]) -> SoldOut:
    skus = {sku for sku, _bucket in short}
    left = {(item.sku_id, item.bucket): item.available for item in StockItem.objects.filter(sku__in=skus)}
    rows = {pk: (key, code) for pk, key, code in SKU.objects.filter(pk__in=skus).values_list("pk", "key", "code")}
    detail = [
        {"sku": rows[sku][0], "code": rows[sku][1], "available": left.get((sku, bucket), 0)}
        for sku, bucket in sorted(short)
    ]
    return SoldOut(message=_("库存不足"), detail={"skus": detail})


def refuse_short(units: Units) -> None:
    """Refuse what `reserve` would refuse now (SoldOut), and hold nothing."""
    items = StockItem.objects.filter(sku__in={sku for sku, _bucket in units}, warehouse__is_default=True)
    left = {(item.sku_id, item.bucket): item.available for item in items}
    if short := {key for key, wanted in units.items() if left.get(key, 0) < wanted}:
        raise _sold_out(short)


def commit(ref: str, *, actor: str) -> None:
    """Turn the units held for `ref` into units sold: on_hand and reserved fall together. Repeating has no effect.

    What may be sold stays the same, so nobody who watches it is told.
    """
    StockMove.objects.bulk_create(
        StockMove(kind=StockMove.Kind.SALE, ref=ref, stock_item_id=item, quantity=-quantity, actor=actor)
        for item, _sku, quantity, _available in _end_hold(ref, State.COMMITTED, sold=True)
    )


def release(ref: str) -> None:
    """Give the units held for `ref` back to sale. Repeating has no effect."""
    ended = _end_hold(ref, State.RELEASED, sold=False)
    skus = [sku for _item, sku, _quantity, _available in ended]
    stock_changed(skus)
    forget_recovered(skus)
    if any(available <= quantity for _item, _sku, quantity, available in ended):
        catalogue_changed()  # something was sold out until now


def _end_hold(ref: str, state: str, *, sold: bool) -> list[tuple[int, int, int, int]]:
    """Return (stock item, SKU, quantity, now available) of the holds that this call ended."""
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_END_HOLD, [state, ref, int(sold)])
        return cursor.fetchall()


def put_back(ref: str, units: Units, *, cause: str, actor: str) -> None:
    """Put sold units of `ref` back on hand, where they came from; once per `cause`."""
    held = Reservation.objects.filter(ref=ref, state=State.COMMITTED)
    items = {
        (sku, bucket): item
        for sku, bucket, item in held.values_list("stock_item__sku_id", "stock_item__bucket", "stock_item_id")
    }
    moves = [
        StockMove(kind=StockMove.Kind.RETURN, ref=cause, stock_item_id=items[key], quantity=quantity, actor=actor)
        for key, quantity in sorted(units.items(), key=lambda pair: items[pair[0]])
    ]
    StockMove.objects.bulk_create(moves)
    for move in moves:
        StockItem.objects.filter(pk=move.stock_item_id).update(on_hand=F("on_hand") + move.quantity)
    skus = [sku for sku, bucket in units if not bucket]
    stock_changed(skus)
    forget_recovered(skus)
    catalogue_changed()


def hold_still(skus: Collection[int]) -> bool:
    """Keep the stock of these SKUs (pk) as it is until the caller's transaction ends; return whether there is any.

    Orders and whoever changes stock wait meanwhile, also for SKUs that had no stock item yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_ITEMS, [sorted(skus)])
        cursor.execute(_HOLD_STILL, [sorted(skus)])
        return any(on_hand for (on_hand,) in cursor.fetchall())


@transaction.atomic
def set_on_hand(levels: Mapping[int, int], *, kind: str, ref: str, actor: str, reason: str = "") -> None:
    """Set what is on hand (SKU pk → units) in the default warehouse; missing stock items are made.

    A level below the units promised to shoppers is raised to them: promised units are not taken away. SKUs of card
    products are left out: their stock is the number of their secrets. Only rows that change are locked, until the
    transaction ends: call it last. `reason` is cut to the length that a movement holds. ShopError 409 `stock_of_cards`
    when one became a card product meanwhile.
    """
    cards = card_skus(levels)
    levels = {sku: units for sku, units in levels.items() if sku not in cards}
    with connection.cursor() as cursor:
        cursor.execute(_MAKE_ITEMS, [list(levels)])
        cursor.execute(
            _SET_ON_HAND, [list(levels), list(levels.values()), kind, ref, reason[: StockMove.LONGEST_REASON], actor]
        )
        changed = [sku for (sku,) in cursor.fetchall()]
    if not changed:
        return
    refuse_cards(changed)
    stock_changed(changed)
    forget_recovered(changed)
    catalogue_changed()
