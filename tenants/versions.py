"""The version of what shoppers read of a shop. The truth is a row; the board tells it to every process at once.

The number rises as the last act of a transaction that changed something shoppers read, so that its row is locked
for a moment only, and reaches the board after the commit and before the answer leaves. A process that dies between
the two leaves the board behind; `follow()`, which the poller calls all the time, brings it up, and with it the
boards of other machines.
"""

import time
from collections.abc import Collection

from django.db import connection

from tenants.board import FIRST_SHOP, GENERATION, HEARTBEAT, board
from tenants.context import ShopRef, require_shop

FOLLOWED_SECONDS = 60  # a transaction commits within this time after it raised its version
SILENT_SECONDS = 3

# Microseconds since 1970: still rising after an older backup was restored.
_RAISE = """
INSERT INTO "public"."tenants_catalogueversion" AS kept (slot, version)
SELECT slot, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint FROM unnest(%s::bigint[]) AS slot ORDER BY slot
ON CONFLICT (slot) DO UPDATE SET version = GREATEST(excluded.version, kept.version + 1)
RETURNING slot, version
"""
_READ = """SELECT slot, version FROM "public"."tenants_catalogueversion" WHERE version > %s"""


def mark_changed() -> None:
    """Raise the current shop's version when the running transaction commits; at once outside of one."""
    if slot := require_shop().slot:
        connection.mark_changed(slot)  # type: ignore[attr-defined]


def raise_versions(slots: Collection[int]) -> dict[int, int]:
    """Return slot → new version; called by the connection right before it commits."""
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, [sorted(slots)])
        return dict(cursor.fetchall())


def show(versions: dict[int, int]) -> None:
    """Put committed versions on the board."""
    for slot, version in versions.items():
        board.raise_to(FIRST_SHOP + slot, version)


def current(shop: ShopRef) -> int:
    """Return the shop's version as the board has it; one it does not know is read from the truth first."""
    version = board.get(FIRST_SHOP + shop.slot)
    if version:
        return version
    with connection.cursor() as cursor:
        cursor.execute('SELECT version FROM "public"."tenants_catalogueversion" WHERE slot = %s', [shop.slot])
        row = cursor.fetchone()
    board.raise_to(FIRST_SHOP + shop.slot, row[0] if row else 1)
    return board.get(FIRST_SHOP + shop.slot)


def follow(*, everything: bool = False) -> None:
    """Bring the board up to the database: what changed of late, or everything."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [0 if everything else int((time.time() - FOLLOWED_SECONDS) * 1_000_000)])
        show(dict(cursor.fetchall()))
        cursor.execute('SELECT max(generation) FROM "public"."tenants_registry"')
        board.raise_to(GENERATION, cursor.fetchone()[0] or 1)
    board.raise_to(HEARTBEAT, int(time.time()))


def is_followed() -> bool:
    """Return whether somebody keeps this machine's board right: what is kept by its numbers may be used."""
    return time.time() - board.get(HEARTBEAT) < SILENT_SECONDS
