"""Forgetting a member: who they were goes, what was sold stays."""

from django.db import transaction
from django.db.models.functions import Now

from shop.core.events import publish
from shop.members.models import Address, Identity, Member, MemberToken, PhoneCode
from shop.members.services.locks import lock_identities
from shop.members.services.phones import PHONE_COLUMNS


@transaction.atomic
def erase_member(member: Member) -> None:
    """Blank the member's personal columns, end all log-ins, and publish `member.erased` for the copies elsewhere.

    Repeating has no effect. The same person logging in again is a new member.
    """
    lock_identities()
    found = Member.objects.filter(pk=member.pk, erased_at=None).select_for_update().first()
    if found is None:
        return
    PhoneCode.objects.filter(phone_digest=found.phone_digest).delete()
    for name in Member.PERSONAL:
        setattr(found, name, "")
    found.save(update_fields=["nickname", "avatar", *PHONE_COLUMNS])
    Member.objects.filter(pk=found.pk).update(erased_at=Now())
    for model in (MemberToken, Identity, Address):
        model.objects.filter(member=found).delete()
    publish("member.erased", "member", found.key, member=found.pk)
