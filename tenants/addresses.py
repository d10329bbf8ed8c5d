"""Where a request comes from."""

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address

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


def network_of(address: str) -> str:
    """Return what limits count an address by: an IPv6 one by its /64, which one line has all of, others as they are.

    A port that a proxy adds is left out: every connection has another. What is no address counts as it is written.
    """
    bare = address.rpartition(":")[0] if address.count(":") == 1 else address
    if address.startswith("["):
        bare = address[1:].partition("]")[0]
    try:
        found = ip_address(bare.partition("%")[0])
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return f"{IPv6Address(int(found) >> 64 << 64)}/64"
