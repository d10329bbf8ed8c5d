"""What the process asks the database. These functions block: they run in threads, each naming its shop."""

import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar, cast
from uuid import UUID

from channels.db import database_sync_to_async
from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.models import Q

from shop.catalog.models import SKU
from shop.inventory.models import StockItem
from tenants import gate, registry
from tenants.context import ShopRef, using_shop
from tenants.migrations_hash import current_hash

logger = logging.getLogger(__name__)

THREADS = 3
PATH = "/ws/stock"
P = ParamSpec("P")
R = TypeVar("R")
V = TypeVar("V")

Named = tuple[int, str]  # pk and key of a SKU
_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="read")


def in_thread(function: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """Return `function` to be awaited; it runs in one of a few threads, each with a connection that it keeps."""
    run = database_sync_to_async(function, thread_sensitive=False, executor=_threads)
    return cast("Callable[P, Awaitable[R]]", run)


def names(wanted: Mapping[ShopRef, Collection[str]]) -> dict[ShopRef, dict[str, list[Named]]]:
    """Return, by shop and key (a SKU's or a product's), the SKUs that shoppers may see; unknown keys are missing.

    A shop that cannot be asked now is missing.
    """
    return _each(wanted, _names)


def levels(wanted: Mapping[ShopRef, Collection[int]]) -> dict[ShopRef, dict[int, int]]:
    """Return, by shop and SKU pk, how many units may be sold; what is not for sale is missing.

    A shop that cannot be asked now is missing.
    """
    return _each(wanted, _levels)


def _each(wanted: Mapping[ShopRef, Collection[V]], read: Callable[[Collection[V]], R]) -> dict[ShopRef, R]:
    found = {}
    for shop, values in wanted.items():
        try:
            with using_shop(shop):
                found[shop] = read(values)
        except (DatabaseError, InterfaceError) as error:
            logger.warning("stock of %s cannot be read now: %s", shop.key, type(error).__name__)
            if isinstance(error, OperationalError | InterfaceError):
                break  # nor can the others be; each would wait as long
    return found


def _names(keys: Collection[str]) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = {}
    possible = [key for key in keys if key.isascii() and key.isalnum()]
    seen = SKU.objects.sellable()
    # Two questions, each with an index of its own: PostgreSQL walks the whole table for one with OR.
    for column in ("key", "product__key"):
        rows = seen.filter(Q((f"{column}__in", possible))).values_list(column, "pk", "key")
        for name, pk, key in rows:
            found.setdefault(name, []).append((pk, key))
    return found


def _levels(skus: Collection[int]) -> dict[int, int]:
    items = StockItem.objects.filter(sku__in=SKU.objects.sellable().filter(pk__in=skus))
    rows = items.filter(warehouse__is_default=True, bucket="").only("sku_id", "on_hand", "reserved", "safety")
    return {item.sku_id: item.available for item in rows}


def refused(shops: Sequence[UUID]) -> dict[UUID, str]:
    """Return, of these shops, those that may not be watched any more: uuid → state; MIGRATING for any other reason."""
    found = registry.many(shops)
    answers = {}
    for uuid in shops:
        shop = found.get(uuid)
        if shop is None or shop.schema_hash != current_hash():
            answers[uuid] = str(gate.State.MIGRATING)
        elif not gate.allows(shop, "GET", PATH):
            answers[uuid] = shop.state
    return answers
