"""Writes on carts. Prices are never stored: a cart shows today's, an order fixes its own."""

from collections.abc import Iterable, Mapping

from django.db import connection, transaction
from django.db.models import BigIntegerField, CharField
from django.utils.translation import gettext_lazy as _

from shop.cart.models import MOST_UNITS, CartItem
from shop.catalog.models import SKU
from shop.core.errors import ShopError
from shop.core.prepared import Parameter, PreparedObjects
from shop.members.models import Member
from shop.members.services.locks import lock_member
from tenants.models import new_key

MOST_LINES = 120

_SKU = PreparedObjects[SKU](lambda: SKU.objects.select_related("product").filter(key=Parameter("key", CharField())))
_LINE = PreparedObjects[CartItem](
    lambda: CartItem.objects.priced().filter(
        member=Parameter("member", BigIntegerField()), sku=Parameter("sku", BigIntegerField())
    )
)
_SELECTED = PreparedObjects[CartItem](
    lambda: CartItem.objects.to_order().filter(member=Parameter("member", BigIntegerField())).order_by("pk")
)
_ADD = """
UPDATE cart_cartitem SET quantity = quantity + %s, is_selected = true
WHERE member_id = %s AND sku_id = %s AND quantity <= %s
"""
_NEW = """
INSERT INTO cart_cartitem (key, member_id, sku_id, quantity, is_selected)
SELECT %s, %s, %s, %s, true WHERE (SELECT count(*) FROM cart_cartitem WHERE member_id = %s) < %s
ON CONFLICT (member_id, sku_id) DO NOTHING
"""
_TAKE = """
DELETE FROM cart_cartitem line USING unnest(%s::bigint[], %s::bigint[]) AS taken (sku_id, quantity)
WHERE line.member_id = %s AND line.sku_id = taken.sku_id AND line.quantity = taken.quantity
"""


def add_item(member: Member, sku_key: str, quantity: int) -> CartItem:
    """Return the line after adding units to it and selecting it; parallel adds sum up.

    ShopError: 409 `sku_unavailable`, 409 `cart_full`, 422 `invalid` naming `quantity` beyond MOST_UNITS; an unknown
    SKU is DoesNotExist.
    """
    sku = _sellable(sku_key)
    if not _add_to_line(member, sku, quantity):
        _add_line(member, sku, quantity)
    return _LINE.objects(member=member.pk, sku=sku.pk)[0]


def _sellable(key: str) -> SKU:
    found = _SKU.objects(key=key)
    if not found:
        raise SKU.DoesNotExist
    _check_sellable(found[0])
    return found[0]


def _check_sellable(sku: SKU) -> None:
    if sku.archived_at or sku.product.archived_at or not sku.product.is_on_shelf:
        raise ShopError("sku_unavailable", _("商品已下架"), status=409, detail={"sku": sku.key})


def _add_to_line(member: Member, sku: SKU, quantity: int) -> bool:
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_ADD, [quantity, member.pk, sku.pk, MOST_UNITS - quantity])
        return cursor.rowcount == 1


@transaction.atomic
def _add_line(member: Member, sku: SKU, quantity: int) -> None:
    """Make the line; under the member's lock, so that a parallel add is either before it or after it."""
    locked = lock_member(member)
    if quantity > MOST_UNITS:
        raise _too_many()
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_NEW, [new_key(), locked.pk, sku.pk, quantity, locked.pk, MOST_LINES])
        if cursor.rowcount == 1:
            return
    if not CartItem.objects.of(locked).filter(sku=sku).exists():
        raise ShopError("cart_full", _("购物车已满，请先清理"), status=409)
    if not _add_to_line(locked, sku, quantity):  # a parallel add made it
        raise _too_many()


def _too_many() -> ShopError:
    message = _("每种商品最多 999 件")
    return ShopError("invalid", message, detail={"quantity": [message]})


@transaction.atomic
def change_item(member: Member, key: str, *, quantity: int | None = None, is_selected: bool | None = None) -> CartItem:
    """Return the line after changing what is given, all or nothing; errors are those of set_quantity and select."""
    if quantity is not None:
        set_quantity(member, key, quantity)
    if is_selected is not None:
        select(member, [key], is_selected=is_selected)
    return CartItem.objects.of(member).priced().get(key=key)


def set_quantity(member: Member, key: str, quantity: int) -> None:
    """Set a line's units (1 to MOST_UNITS). ShopError 409 `sku_unavailable`, 422; DoesNotExist for a foreign line."""
    item = CartItem.objects.of(member).select_related("sku__product").get(key=key)
    _check_sellable(item.sku)
    if not 1 <= quantity <= MOST_UNITS:
        raise _too_many()
    CartItem.objects.filter(pk=item.pk).update(quantity=quantity)


def select(member: Member, keys: Iterable[str], *, is_selected: bool) -> int:
    """Select or unselect lines and return how many of the keys are the member's."""
    return CartItem.objects.of(member).filter(key__in=list(keys)).update(is_selected=is_selected)


def remove(member: Member, key: str) -> None:
    """Remove a line; DoesNotExist when it is not the member's."""
    if not CartItem.objects.of(member).filter(key=key).delete()[0]:
        raise CartItem.DoesNotExist


def take(member: Member, quantities: Mapping[int, int]) -> None:
    """Remove the lines that are being ordered: SKU (primary key) → units.

    ShopError 409 `cart_changed` when one of them is not so any more: ordered by a rival, or changed meanwhile.
    """
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_TAKE, [list(quantities), list(quantities.values()), member.pk])
        if cursor.rowcount != len(quantities):
            raise ShopError("cart_changed", _("购物车有变动，请重新结算"), status=409)


def selected(member: Member) -> list[tuple[SKU, int]]:
    """Return (SKU with its product, units) of the lines that a checkout takes: selected, on sale, not sold out."""
    return [(item.sku, item.quantity) for item in _SELECTED.objects(member=member.pk)]
