"""Signed texts that only the shop which made them accepts."""

from typing import Any

from django.core import signing as django_signing  # noqa: TID251

from tenants.context import require_shop

BadSignature = django_signing.BadSignature


def _salt(purpose: str) -> str:
    return f"weipu:{require_shop().uuid}:{purpose}"


def dumps(value: Any, *, purpose: str) -> str:
    """Return `value` signed for the current shop and `purpose`; URL-safe."""
    return django_signing.dumps(value, salt=_salt(purpose))


def loads(text: str, *, purpose: str, max_age: int) -> Any:
    """Return the signed value; BadSignature when forged, foreign or older than `max_age` seconds."""
    return django_signing.loads(text, salt=_salt(purpose), max_age=max_age)
