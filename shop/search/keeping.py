"""What a process keeps of a shop until its catalogue changes: bounded, for thousands of shops."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar
from uuid import UUID

from django.db import connection

from tenants import versions
from tenants.context import require_shop

Kept = TypeVar("Kept")


class KeptPerVersion(Generic[Kept]):
    """Values by shop and key; those of an older version of the catalogue are never returned."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[tuple[UUID, str], tuple[int, Kept]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str, build: Callable[[], Kept]) -> Kept:
        """Return the current shop's value for `key`, built when it is not there.

        Nothing is kept of a transaction, which sees what others do not, or while nobody keeps the versions right.
        """
        if connection.in_atomic_block or not versions.is_followed():
            return build()
        shop = require_shop()
        version = versions.current(shop)
        with self._lock:
            found = self._values.get((shop.uuid, key))
            if found and found[0] == version:
                self._values.move_to_end((shop.uuid, key))
                return found[1]
        value = build()
        if versions.current(shop) == version:
            with self._lock:
                self._values[shop.uuid, key] = (version, value)
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
        return value
