"""How many unpaid orders a member holds, counted where it cannot be raced."""

from django.db import connection
from django.db.models import F

from shop.members.models import Member

_TAKE = """
UPDATE members_member SET unpaid_orders = unpaid_orders + 1
WHERE id = %s AND unpaid_orders < %s AND erased_at IS NULL
"""


def take_unpaid_slot(member_pk: int, cap: int) -> bool:
    """Count one more unpaid order; False, and nothing counted, when the member has `cap` already or is erased."""
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_TAKE, [member_pk, cap])
        return cursor.rowcount == 1


def lock_slots(member_pk: int) -> None:
    """Keep a member's slots as they are until the transaction ends: whoever takes or frees one waits."""
    list(Member.objects.filter(pk=member_pk).select_for_update(no_key=True).values_list("pk"))


def free_unpaid_slot(member_pk: int) -> None:
    """Count one unpaid order less, never below zero."""
    Member.objects.filter(pk=member_pk, unpaid_orders__gt=0).update(unpaid_orders=F("unpaid_orders") - 1)
