"""Counting stock: a sheet, what was found on it, and booking the differences once.

A count is worth something only with its moment: `expected` is what was on hand when the count was entered, and what
is booked is `counted - expected`. Units sold or returned between counting and booking are movements of their own and
stay as they are. Units that were paid for and wait to be shipped have left the books and are not counted.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU, Category, Product
from shop.core.errors import ShopError
from shop.core.reading import catalogue_changed
from shop.inventory.cards import refuse_cards
from shop.inventory.hints import stock_changed
from shop.inventory.levels import BelowReserved
from shop.inventory.low_stock import tell_of_low
from shop.inventory.models import CountLine, CountScan, CountSheet, StockMove
from tenants import due

State = CountSheet.State
MOST_LINES = 5_000
MOST_UNITS = 10**6
LONGEST_REF = 40
TOLD_AT_ONCE = 500

# Locking the sheet for reading holds back whoever wants to book it, and waits for whoever is booking it. The lines are
# locked in the order of their items, so that two pages with the same lines in other orders cannot wait for each other.
_COUNT = """
WITH sheet AS (SELECT id FROM inventory_countsheet WHERE id = %s AND state = 'DRAFT' FOR SHARE),
want (item_id, units) AS (SELECT * FROM unnest(%s::bigint[], %s::int[])),
locked AS (
    SELECT line.id, want.units FROM inventory_countline line
    JOIN sheet ON sheet.id = line.sheet_id JOIN want ON want.item_id = line.stock_item_id
    ORDER BY line.stock_item_id FOR UPDATE OF line
)
UPDATE inventory_countline line
SET counted = locked.units, expected = CASE WHEN %s THEN line.opening ELSE item.on_hand END,
    counted_at = clock_timestamp(), counted_by = %s
FROM locked, inventory_stockitem item
WHERE line.id = locked.id AND item.id = line.stock_item_id
RETURNING line.stock_item_id
"""
# A scan that is there already writes no row, and then there is nothing to add.
_SCAN = """
WITH sheet AS (SELECT id FROM inventory_countsheet WHERE id = %s AND state = 'DRAFT' FOR SHARE),
scan AS (
    INSERT INTO inventory_countscan (sheet_id, ref) SELECT id, %s FROM sheet ON CONFLICT DO NOTHING RETURNING sheet_id
)
UPDATE inventory_countline line
SET counted = COALESCE(line.counted, 0) + %s, expected = item.on_hand, counted_at = clock_timestamp(), counted_by = %s
FROM scan, inventory_stockitem item
WHERE line.sheet_id = scan.sheet_id AND line.stock_item_id = %s AND item.id = line.stock_item_id
"""

_NEW_ITEMS = """
INSERT INTO inventory_stockitem (sku_id, warehouse_id, bucket, on_hand, reserved, safety)
SELECT sku, (SELECT id FROM inventory_warehouse WHERE is_default), '', 0, 0, 0 FROM unnest(%s::bigint[]) sku
ORDER BY sku ON CONFLICT DO NOTHING
"""
_NEW_LINES = """
INSERT INTO inventory_countline (sheet_id, stock_item_id, opening, expected, counted_by, is_open)
SELECT %s, id, on_hand, on_hand, '', TRUE FROM inventory_stockitem
WHERE sku_id = ANY(%s) AND bucket = '' AND warehouse_id = (SELECT id FROM inventory_warehouse WHERE is_default)
ORDER BY id ON CONFLICT DO NOTHING
"""
# One statement, because shoppers' orders wait for the rows that it locks: rows in key order, the units, the movements.
_BOOK = """
WITH wanted AS (
    SELECT stock_item_id AS id, counted - expected AS delta FROM inventory_countline
    WHERE sheet_id = %s AND counted <> expected
),
locked AS (
    SELECT item.id, wanted.delta FROM inventory_stockitem item JOIN wanted ON wanted.id = item.id
    ORDER BY item.id FOR UPDATE OF item
),
moved AS (
    UPDATE inventory_stockitem item SET on_hand = item.on_hand + locked.delta
    FROM locked WHERE item.id = locked.id AND item.on_hand + locked.delta >= item.reserved
    RETURNING item.id, item.sku_id, locked.delta
),
noted AS (
    INSERT INTO inventory_stockmove (kind, ref, stock_item_id, quantity, cause, reason, actor)
    SELECT 'COUNT', %s, id, delta, CASE WHEN delta > 0 THEN 'SURPLUS' ELSE 'DEFICIT' END, '', %s FROM moved
)
SELECT id, sku_id, delta FROM moved
"""


@dataclass(frozen=True, slots=True)
class Scope:
    """What to count: everything, the products of a category (primary key) and below it, or these SKU codes."""

    category: int | None = None
    codes: Sequence[str] = ()


@transaction.atomic
def start_count(scope: Scope, *, note: str, actor: str) -> CountSheet:
    """Return a new sheet of the stock items in `scope` that are on no other open sheet.

    ShopError: 422 `sku_unknown` (detail: codes), 409 `nothing_to_count`, 422 `too_many_lines`.
    """
    skus = _skus(scope)
    if len(skus) > MOST_LINES:
        raise ShopError("too_many_lines", _("一张盘点单最多 5000 个规格，请按分类分开盘点"), status=422)
    sheet = CountSheet.objects.create(note=note, actor=actor)
    with connection.cursor() as cursor:
        cursor.execute(_NEW_ITEMS, [skus])
        cursor.execute(_NEW_LINES, [sheet.pk, skus])
    if not sheet.lines.exists():
        raise ShopError("nothing_to_count", _("没有可盘点的规格：都在别的盘点单里，或者还没有商品"), status=409)
    return sheet


def _skus(scope: Scope) -> list[int]:
    live = SKU.objects.filter(archived_at=None, product__archived_at=None)
    live = live.exclude(product__kind=Product.Kind.CARD)  # their stock is the number of their secrets
    if scope.codes:
        codes = set(scope.codes)
        found = dict(live.filter(code__in=codes).values_list("code", "pk"))
        if missing := sorted(codes - set(found)):
            raise ShopError(
                "sku_unknown",
                _("没有这些 SKU 编码：%(codes)s") % {"codes": "、".join(missing[:20])},
                status=422,
                detail={"codes": missing},
            )
        return sorted(found.values())
    if scope.category is not None:
        live = live.filter(product__category__in=_subtree(scope.category))
    return sorted(live.values_list("pk", flat=True)[: MOST_LINES + 1])


def _subtree(top: int) -> list[int]:
    pairs = list(Category.objects.values_list("pk", "parent_id"))
    found = [top]
    for above in found:  # grows while it is walked
        found += [pk for pk, parent in pairs if parent == above]
    return found


def save_counts(sheet: CountSheet, counts: Mapping[int, int], *, actor: str, at_opening: bool = False) -> None:
    """Write what was found (stock item pk → units), in place of an earlier count.

    The books of this moment are what it is compared with, or with `at_opening` those of when the sheet was made.
    ShopError: 422 `count_invalid`, 409 `count_closed`, 404 `not_on_sheet` (detail: items); then nothing is written.
    """
    _refuse_impossible(counts.values())
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [sheet.pk, list(counts), list(counts.values()), at_opening, actor])
            written = {item for (item,) in cursor.fetchall()}
        if missing := sorted(set(counts) - written):
            raise _not_written(sheet, missing)


@transaction.atomic
def add_scanned(sheet: CountSheet, item: int, units: int, *, ref: str, actor: str) -> bool:
    """Add units of a stock item (pk) to what was found; False when this `ref` was added to the sheet already.

    ShopError: as `save_counts`, and 422 `scan_unnamed` for a `ref` that is empty or longer than 40 characters.
    """
    _refuse_impossible([units])
    if not 1 <= len(ref) <= LONGEST_REF:
        raise ShopError("scan_unnamed", _("没有保存，请刷新页面后再扫"), status=422)
    with connection.cursor() as cursor:
        cursor.execute(_SCAN, [sheet.pk, ref, units, actor, item])
        if cursor.rowcount:
            return True
    if CountLine.objects.filter(sheet=sheet, sheet__state=State.DRAFT, stock_item=item).exists():
        return False
    raise _not_written(sheet, [item])


def _refuse_impossible(counts: Iterable[int]) -> None:
    if any(not 0 <= units <= MOST_UNITS for units in counts):
        raise ShopError("count_invalid", _("数量要在 0 到 1000000 之间"), status=422)


def _not_written(sheet: CountSheet, items: list[int]) -> ShopError:
    if not CountSheet.objects.filter(pk=sheet.pk, state=State.DRAFT).exists():
        return _closed()
    return ShopError("not_on_sheet", _("这张盘点单里没有这个商品"), status=404, detail={"items": items})


def clear_counts(sheet: CountSheet, items: Sequence[int]) -> None:
    """Forget what was counted of these stock items; ShopError 409 `count_closed`."""
    with transaction.atomic():
        if not CountSheet.objects.select_for_update().filter(pk=sheet.pk, state=State.DRAFT).exists():
            raise _closed()
        CountLine.objects.filter(sheet=sheet, stock_item__in=items).update(counted=None, counted_at=None, counted_by="")


@transaction.atomic
def apply_count(sheet: CountSheet, *, actor: str) -> dict[int, int]:
    """Book the differences of everything counted, all or none and once; return stock item pk → units.

    ShopError: 409 `count_closed`, `nothing_counted`, `stock_of_cards`, `stock_below_reserved` (detail: items that
    would keep less than what shoppers were promised); then the sheet stays open.
    """
    _close(sheet, State.APPLIED, actor)
    counted = CountLine.objects.filter(sheet=sheet, counted__isnull=False)
    if not counted.exists():
        raise ShopError("nothing_counted", _("还没有填写盘点数量"), status=409)
    wanted = set(counted.exclude(counted=F("expected")).values_list("stock_item", flat=True))
    due.schedule("inventory.low", sheet.number)
    with connection.cursor() as cursor:
        cursor.execute(_BOOK, [sheet.pk, sheet.number, actor])
        moved = cursor.fetchall()
    if refused := wanted - {item for item, _sku, _units in moved}:
        raise BelowReserved(refused)
    if moved:
        refuse_cards(sku for _item, sku, _units in moved)  # what was counted may have become a card product
        stock_changed(sku for _item, sku, _units in moved)
        catalogue_changed()
    return {item: units for item, _sku, units in moved}


def tell_after_count(number: str) -> None:
    """Due handler: tell of what the booked sheet with this number left low."""
    skus = list(
        StockMove.objects.filter(kind=StockMove.Kind.COUNT, ref=number).values_list("stock_item__sku", flat=True)
    )
    for start in range(0, len(skus), TOLD_AT_ONCE):
        with transaction.atomic():
            tell_of_low(skus[start : start + TOLD_AT_ONCE])


@transaction.atomic
def cancel_count(sheet: CountSheet, *, actor: str) -> None:
    """Throw an open sheet away; ShopError 409 `count_closed`."""
    _close(sheet, State.CANCELLED, actor)


def _close(sheet: CountSheet, state: str, actor: str) -> None:
    open_sheet = CountSheet.objects.filter(pk=sheet.pk, state=State.DRAFT)
    if not open_sheet.update(state=state, closed_at=Now(), closed_by=actor):
        raise _closed()
    CountLine.objects.filter(sheet=sheet).update(is_open=False)
    CountScan.objects.filter(sheet=sheet).delete()  # a closed sheet takes none, so none can come twice


def _closed() -> ShopError:
    return ShopError("count_closed", _("这张盘点单已经入账或作废"), status=409)


def find_line(sheet: CountSheet, code: str) -> CountLine | None:
    """Return the sheet's line of the SKU with this barcode or code; None without one."""
    lines = CountLine.objects.filter(sheet=sheet).select_related("stock_item__sku__product")
    return lines.filter(Q(stock_item__sku__barcode=code) | Q(stock_item__sku__code=code)).order_by("pk").first()
