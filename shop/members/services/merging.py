"""Making two members one. Only a member that owns nothing is ever merged into another."""

from django.db.models import ForeignObjectRel

from shop.members.models import Identity, Member, MemberToken

_WAYS_IN = (Identity, MemberToken)


def is_empty(member: Member) -> bool:
    """Return whether nothing but ways to log in hangs on the (locked) member: no order, cart, address, points."""
    relations = [field for field in Member._meta.get_fields(include_hidden=True) if isinstance(field, ForeignObjectRel)]
    return not any(
        relation.related_model._base_manager.filter(**{relation.field.name: member}).exists()
        for relation in relations
        if relation.related_model not in _WAYS_IN and not getattr(relation.related_model, "IS_LOST_IN_MERGE", False)
    )


def absorb(empty: Member, into: Member) -> None:
    """Let everything that stood for the empty member stand for `into`, and remove the empty one; both are locked."""
    Identity.objects.filter(member=empty).update(member=into)
    MemberToken.objects.filter(member=empty).update(member=into)
    empty.delete()
