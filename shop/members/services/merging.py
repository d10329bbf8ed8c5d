"""Making two members one. Only a member that owns nothing is ever merged into another."""

from django.db.models import ForeignObjectRel

from shop.members.models import Identity, Member, MemberToken

_WAYS_IN = (Identity, MemberToken)


def is_empty(member: Member) -> bool:
    """Return whether nothing but ways to log in hangs on the (locked) member: no order, cart, address, points."""
    relations = [field for field in Member._meta.get_fields(include_hidden=True) if isinstance(field, ForeignObjectRel)]
    return not any(
        _owns(relation, member)
        for relation in relations
        if relation.related_model not in _WAYS_IN and not getattr(relation.related_model, "IS_LOST_IN_MERGE", False)
    )


def _owns(relation: ForeignObjectRel, member: Member) -> bool:
    """Return whether rows hang on the member beside those that a model gives up in a merge (its `LOST_IN_MERGE`)."""
    rows = relation.related_model._base_manager.filter(**{relation.field.name: member})
    lost = getattr(relation.related_model, "LOST_IN_MERGE", None)
    return (rows.exclude(lost) if lost else rows).exists()


def absorb(empty: Member, into: Member) -> None:
    """Let everything that stood for the empty member stand for `into`, and remove the empty one; both are locked."""
    Identity.objects.filter(member=empty).update(member=into)
    MemberToken.objects.filter(member=empty).update(member=into)
    empty.delete()
