"""Where a request comes from."""

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the peer's address, or what a trusted proxy says of it; forged headers of others are ignored."""
    return address_in(request.META)


def address_in(environ: Mapping[str, str]) -> str:
    """Return the same for a request that is no Django request (yet)."""
    peer = environ.get("REMOTE_ADDR", "")
    if peer not in settings.TRUSTED_PROXIES:
        return peer or "0.0.0.0"  # noqa: S104  (a value to count by, not an address to bind)
    forwarded = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
    return forwarded or peer
