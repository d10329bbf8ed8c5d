"""What operators may change; each change is written to the audit log of the console's schema."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest

from shop.core import audit
from tenants import gate
from tenants.models import Due, Tenant


@transaction.atomic
def move_shop(tenant: Tenant, new: str, reason: str, request: HttpRequest) -> None:
    """Move `tenant` from the state it was shown in to `new`; IllegalState when it cannot or is elsewhere by now."""
    gate.change_state(tenant.uuid, old=tenant.state, new=new)
    audit.record(
        actor=request.user.get_username(),
        action="tenant.state",
        target=tenant,
        before={"state": tenant.state},
        after={"state": new, "reason": reason},
        request=request,
    )


@transaction.atomic
def try_again(rows: Iterable[Due], request: HttpRequest) -> int:
    """Let rows that were given up run again at once; return how many were still given up."""
    return sum(_revive(row, request) for row in rows)


def _revive(row: Due, request: HttpRequest) -> bool:
    if not Due.objects.filter(pk=row.pk, dead=True).update(dead=False, failures=0, run_at=Now()):
        return False
    audit.record(
        actor=request.user.get_username(),
        action="due.try_again",
        target=row,
        before={"kind": row.kind, "ref": row.ref, "error": row.error, "failures": row.failures},
        request=request,
    )
    return True
