"""Finding a shop: by host and path, by uuid, key or slug. Cached in the process, right at once on this machine."""

import threading
import time
from collections.abc import Collection
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import F

from tenants.board import GENERATION, board
from tenants.context import CONSOLE, ShopRef, using_shop
from tenants.models import Domain, Registry, Schema, Tenant

GENERATION_SECONDS = 1.0
MOST_ENTRIES = 20_000
LONGEST_KEY, LONGEST_HOST = 16, 253


class _Cache:
    """Answers of one registry generation, negative ones among them; bounded by starting again."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.generation = -1
        self.told = -1  # what the board said before the last look; the table may lie behind it after a restore
        self.checked_at = 0.0
        self.entries: dict[tuple[str, str], ShopRef | None] = {}

    def refresh(self) -> None:
        fresh = time.monotonic() - self.checked_at < GENERATION_SECONDS
        told = board.get(GENERATION)
        if fresh and told == self.told:
            return
        generation = Registry.objects.values_list("generation", flat=True).first() or 1
        board.raise_to(GENERATION, generation)
        with self.lock:
            if generation != self.generation:
                self.entries = {}
            self.generation, self.checked_at = generation, time.monotonic()
            self.told = max(told, generation)

    def get(self, kind: str, value: str) -> ShopRef | None:
        self.refresh()
        entries = self.entries  # another thread may replace or clear them meanwhile
        try:
            return entries[kind, value]
        except KeyError:
            found = _load(kind, value)
        if len(entries) >= MOST_ENTRIES:
            entries.clear()
        entries[kind, value] = found
        return found


_cache = _Cache()


def _load(kind: str, value: str) -> ShopRef | None:
    lookup = {"host": "domains__domain", "key": "key", "slug": "slug", "uuid": "uuid"}[kind]
    tenant = Tenant.objects.filter(**{lookup: value}).first()
    if tenant is None:
        return None
    hosts = Domain.objects.filter(tenant=tenant).order_by("-is_primary").values_list("domain", flat=True)
    schema = Schema.objects.filter(name=tenant.schema_name, state=Schema.State.LIVE).first()
    return tenant.ref(host=hosts[0] if hosts else "", schema_hash=schema.hash if schema else "")


def _find(kind: str, value: str) -> ShopRef | None:
    with using_shop(None):
        return _cache.get(kind, value)


def normalise_host(host: str) -> str:
    """Return `host` in lower case without port and without one trailing dot.

    Two hosts in one, or a port that is none, stay as they are: no shop is called so, and Django would refuse them.
    """
    name = host.strip(" \t").lower()
    if not name.startswith("["):
        bare, colon, port = name.partition(":")
        if not colon or (port.isascii() and port.isdecimal()):
            name = bare
    return name.removesuffix(".")


def resolve(host: str, path: str) -> ShopRef | None:
    """Return the shop that a request for `host` and `path` is meant for, or None.

    On a shared host the path names the shop (`/s/<key>/…`); elsewhere the host does.
    """
    name = normalise_host(host)
    if name == settings.CONSOLE_HOST:
        return CONSOLE
    if name in settings.SHARED_HOSTS:
        parts = path.split("/", 3)
        if len(parts) < 3 or parts[1] != "s" or not 0 < len(parts[2]) <= LONGEST_KEY:
            return None
        return _find("key", parts[2])
    return _find("host", name) if 0 < len(name) <= LONGEST_HOST else None


def by_uuid(uuid: UUID | str) -> ShopRef | None:
    """Return the shop with this uuid, or None."""
    if str(uuid) == str(CONSOLE.uuid):
        return CONSOLE
    return _find("uuid", str(uuid))


def by_slug(slug: str) -> ShopRef | None:
    """Return the shop with this slug, or None."""
    return _find("slug", slug)


def generation() -> int:
    """Return a number that rises with every change of a shop, its state or its hosts; at most a second old."""
    with using_shop(None):
        _cache.refresh()
    return _cache.generation


def many(uuids: Collection[UUID]) -> dict[UUID, ShopRef]:
    """Return the shops with these uuids as they are now, in two queries and without their hosts."""
    with using_shop(None):
        tenants = list(Tenant.objects.filter(uuid__in=uuids))
        schemas = Schema.objects.filter(name__in=[tenant.schema_name for tenant in tenants], state=Schema.State.LIVE)
        hashes = dict(schemas.values_list("name", "hash"))
    return {tenant.uuid: tenant.ref(schema_hash=hashes.get(tenant.schema_name, "")) for tenant in tenants}


def all_shops() -> list[ShopRef]:
    """Return every shop, oldest first; for commands that really have to visit all of them."""
    hashes = dict(Schema.objects.filter(state=Schema.State.LIVE).values_list("name", "hash"))
    hosts = dict(Domain.objects.filter(is_primary=True).values_list("tenant_id", "domain"))
    return [
        tenant.ref(host=hosts.get(tenant.pk, ""), schema_hash=hashes.get(tenant.schema_name, ""))
        for tenant in Tenant.objects.order_by("pk")
    ]


def changed() -> None:
    """Tell every process, on commit, that cached answers may be wrong (at once on this machine, ≤ 1 s elsewhere)."""
    if not Registry.objects.update(generation=F("generation") + 1):
        Registry.objects.get_or_create(pk=1, defaults={"generation": 2})
    generation = Registry.objects.values_list("generation", flat=True).get()

    def tell() -> None:
        board.raise_to(GENERATION, generation)
        forget()

    connection.on_commit(tell)


def forget() -> None:
    """Drop what this process has cached."""
    _cache.checked_at = 0.0
    _cache.entries = {}
