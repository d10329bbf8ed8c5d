"""The append-only log of what staff did."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.http import HttpRequest

from shop.core.models import AuditEntry
from tenants.addresses import client_address

LOOKED_BACK = 20
HIDDEN = ("password", "sealed", "digest", "secret", "token")


def record(
    *,
    actor: str,
    action: str,
    target: models.Model,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    request: HttpRequest | None = None,
) -> None:
    """Write one entry; secrets and personal data must not be in `before` and `after`, hidden fields are dropped."""
    AuditEntry.objects.create(
        actor=actor,
        action=action,
        object_kind=target._meta.label_lower,
        object_ref=str(getattr(target, "number", None) or getattr(target, "key", None) or target.pk),
        before=_plain(before),
        after=_plain(after),
        ip=client_address(request) if request else None,
    )


def latest_of(target: models.Model, after: Mapping[str, Any]) -> AuditEntry | None:
    """Return the last entry about an object with a `key` that made one of these values what it is; None without."""
    entries = AuditEntry.objects.filter(object_kind=target._meta.label_lower, object_ref=getattr(target, "key", ""))
    for entry in entries.order_by("-pk")[:LOOKED_BACK]:
        if any(name in entry.after and _made(entry.after[name], value) for name, value in after.items()):
            return entry
    return None


def _made(stored: Any, value: Any) -> bool:
    if isinstance(stored, dict) and isinstance(value, dict):
        return any(stored.get(name) == part for name, part in value.items())
    return bool(stored == value)


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any]:
    kept = {name: value for name, value in (values or {}).items() if not any(word in name for word in HIDDEN)}
    return {
        name: value if isinstance(value, str | int | float | bool | list | dict | None) else str(value)
        for name, value in kept.items()
    }
