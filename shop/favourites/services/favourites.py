"""Keeping products for later, and letting them go."""

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.core.errors import ShopError
from shop.favourites.models import MOST_FAVOURITES, Favourite
from shop.members.models import Member
from shop.members.services.locks import lock_member

_ADD = """
INSERT INTO favourites_favourite (member_id, product_id)
SELECT %s, %s WHERE (SELECT count(*) FROM favourites_favourite WHERE member_id = %s) < %s
ON CONFLICT (member_id, product_id) DO NOTHING
"""


def add_favourite(member: Member, product_key: str) -> None:
    """Keep a product; one that is kept already stays so.

    ShopError 409 `favourites_full`; Product.DoesNotExist when shoppers may not see the product.
    """
    product = Product.objects.on_shelf().only("pk").get(key=product_key)
    if not _insert(member, product.pk) and not Favourite.objects.filter(member=member, product=product).exists():
        raise ShopError("favourites_full", _("最多收藏 500 件商品，请先清理"), status=409)


@transaction.atomic
def _insert(member: Member, product: int) -> bool:
    """Add a row below the limit; under the member's lock, so that rows of parallel requests are counted."""
    locked = lock_member(member)
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_ADD, [locked.pk, product, locked.pk, MOST_FAVOURITES])
        return bool(cursor.rowcount)


def remove_favourite(member: Member, product_key: str) -> None:
    """Let a product go; nothing happens when it was not kept."""
    Favourite.objects.filter(member=member, product__key=product_key).delete()
