"""Locks of rare writes on who is who: merges, phone numbers, erasure."""

import hashlib

from django.db import connection
from django.db.models import BigIntegerField
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.core.prepared import Parameter, PreparedObjects
from shop.members.models import Member
from tenants.context import require_shop

_MEMBER = PreparedObjects[Member](
    lambda: Member.everything.filter(pk=Parameter("member", BigIntegerField()), erased_at=None).select_for_update(
        no_key=True
    )
)


def lock_identities() -> None:
    """Let one transaction of the shop at a time decide whose an identity is; taken before any row."""
    name = hashlib.sha256(f"{require_shop().uuid}|identities".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(name[:8], signed=True)])


def lock_members(*pks: int) -> list[Member]:
    """Return the members in the order asked for, so locked that nothing new can point at them; 401 for one erased."""
    rows = Member.objects.filter(pk__in=pks, erased_at=None).select_for_update().order_by("pk")
    found = {member.pk: member for member in rows}
    if len(found) < len(set(pks)):
        raise ShopError("unauthorized", _("请先登录"), status=401)
    return [found[pk] for pk in pks]


def lock_member(member: Member) -> Member:
    """Return the member, locked against other writes that lock it, not against orders; 401 when erased."""
    found = _MEMBER.objects(member=member.pk)
    if not found:
        raise ShopError("unauthorized", _("请先登录"), status=401)
    return found[0]
