"""Changing stock by hand: units with a cause, what is kept back, and when to warn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.core.reading import catalogue_changed
from shop.inventory.cards import refuse_cards
from shop.inventory.hints import stock_changed
from shop.inventory.low_stock import tell_of_low
from shop.inventory.models import StockItem, StockMove

Cause = StockMove.Cause

# Rows are locked in key order; an item that would keep less than what is promised is left out, which the caller sees.
_MOVE = """
WITH want (id, delta) AS (SELECT * FROM unnest(%s::bigint[], %s::int[])),
locked AS (
    SELECT item.id, want.delta FROM inventory_stockitem item JOIN want ON want.id = item.id
    ORDER BY item.id FOR UPDATE OF item
)
UPDATE inventory_stockitem item SET on_hand = item.on_hand + locked.delta
FROM locked WHERE item.id = locked.id AND item.on_hand + locked.delta >= item.reserved
RETURNING item.id, item.sku_id
"""


class BelowReserved(ShopError):
    """Less would be left than shoppers were promised; `detail["items"]` names the stock items (primary keys)."""

    status = 409
    code = "stock_below_reserved"

    def __init__(self, items: Collection[int]) -> None:
        super().__init__(message=_("现有库存不能少于已占用数量"), detail={"items": sorted(items)})


@dataclass(frozen=True, slots=True)
class Why:
    """The cause of an adjustment, in the shop's list and in words."""

    cause: str
    note: str = ""


def move_units(deltas: Mapping[int, int]) -> list[int]:
    """Change what is on hand (stock item pk → units more or less) and return the SKUs, all or none.

    ShopError: BelowReserved, 409 `stock_of_cards`. The caller writes the movements in the same transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MOVE, [list(deltas), list(deltas.values())])
        moved = dict(cursor.fetchall())
    if refused := set(deltas) - set(moved):
        raise BelowReserved(refused)
    refuse_cards(moved.values())
    return list(moved.values())


def follow_up(skus: Collection[int]) -> None:
    """Tell everybody who goes by the stock of these SKUs: those who watch, those who warn, and kept answers."""
    stock_changed(skus)
    tell_of_low(skus)
    catalogue_changed()


@transaction.atomic
def adjust(deltas: Mapping[int, int], why: Why, *, ref: str, actor: str) -> None:
    """Change what is on hand (stock item pk → units more or less, none 0) for one cause, all or none.

    ShopError: 422 `cause_unknown`, 409 `stock_below_reserved`; IntegrityError when `ref` was booked before.
    """
    if why.cause not in Cause.values:
        raise ShopError("cause_unknown", _("请选择原因"), status=422)
    wanted = {item: delta for item, delta in deltas.items() if delta}
    if not wanted:
        return
    skus = move_units(wanted)
    StockMove.objects.bulk_create(
        StockMove(
            kind=StockMove.Kind.ADJUST,
            ref=ref,
            stock_item_id=item,
            quantity=delta,
            cause=why.cause,
            reason=why.note,
            actor=actor,
        )
        for item, delta in wanted.items()
    )
    follow_up(skus)


@transaction.atomic
def keep_back(safety: Mapping[int, int]) -> None:
    """Set how many units (stock item pk → units) are kept back from sale."""
    if not safety:
        return
    skus = [_set(item, safety=units) for item, units in sorted(safety.items())]
    follow_up(skus)


@transaction.atomic
def warn_at(levels: Mapping[int, int | None]) -> None:
    """Set at how many units left to warn (stock item pk → units; None for the shop's own figure, 0 for never)."""
    tell_of_low([_set(item, low_at=units) for item, units in sorted(levels.items())])


def _set(item: int, **values: int | None) -> int:
    StockItem.objects.filter(pk=item).update(**values)
    return StockItem.objects.values_list("sku_id", flat=True).get(pk=item)
