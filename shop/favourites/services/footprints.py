"""What members looked at: one row per product and day, the last hundred, for ninety days."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from shop.catalog.models import Product
from shop.favourites.models import MOST_FOOTPRINTS, Footprint, first_day_kept
from shop.members.models import Member
from shop.members.services.locks import lock_member
from tenants import due
from tenants.due import Again
from tenants.models import new_key

KIND = "favourites.forget"
_ONE_DAY = timedelta(days=1)
_LEAVE = """
INSERT INTO favourites_footprint (key, member_id, product_id, day, seen_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (member_id, product_id, day) DO UPDATE SET seen_at = excluded.seen_at
RETURNING xmax = 0
"""
_TRIM = """
DELETE FROM favourites_footprint WHERE member_id = %s AND id NOT IN (
    SELECT id FROM favourites_footprint WHERE member_id = %s ORDER BY day DESC, seen_at DESC, id DESC LIMIT %s)
"""


@transaction.atomic
def leave_footprint(member: Member, product_key: str) -> None:
    """Note that the member looks at a product today; the oldest beyond MOST_FOOTPRINTS go.

    Product.DoesNotExist when shoppers may not see the product.
    """
    product = Product.objects.on_shelf().only("pk").get(key=product_key)
    locked, now = lock_member(member), timezone.now()
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_LEAVE, [new_key(), locked.pk, product.pk, timezone.localdate(now), now])
        if not cursor.fetchone()[0]:
            return  # there was one of today already
        cursor.execute(_TRIM, [locked.pk, locked.pk, MOST_FOOTPRINTS])
    due.schedule(KIND, "footprints", after=_ONE_DAY)


def forget_old(_ref: str) -> Again | None:
    """Remove footprints of more than FOOTPRINT_DAYS days; come back tomorrow while there are others."""
    Footprint.objects.filter(day__lt=first_day_kept()).delete()
    return Again(_ONE_DAY.total_seconds()) if Footprint.objects.exists() else None


def remove_footprint(member: Member, key: str) -> None:
    """Remove one; DoesNotExist when it is not the member's."""
    if not Footprint.objects.filter(member=member, key=key).delete()[0]:
        raise Footprint.DoesNotExist


def remove_footprints(member: Member) -> None:
    """Remove all of the member's."""
    Footprint.objects.filter(member=member).delete()
