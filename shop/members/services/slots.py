"""How many unpaid orders a member holds, counted where it cannot be raced."""

from django.db.models import F

from shop.members.models import Member


def take_unpaid_slot(member_pk: int, cap: int) -> bool:
    """Count one more unpaid order; False, and nothing counted, when the member has `cap` already or is erased."""
    free = Member.objects.filter(pk=member_pk, unpaid_orders__lt=cap, erased_at=None)
    return free.update(unpaid_orders=F("unpaid_orders") + 1) == 1


def free_unpaid_slot(member_pk: int) -> None:
    """Count one unpaid order less, never below zero."""
    Member.objects.filter(pk=member_pk, unpaid_orders__gt=0).update(unpaid_orders=F("unpaid_orders") - 1)
