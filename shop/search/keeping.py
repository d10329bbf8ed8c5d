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
    """Values by shop and key, `most` in sum of their sizes; those of an older version are never returned."""

    def __init__(self, most: int, size: Callable[[Kept], int] = lambda kept: 1) -> None:
        self._most, self._size = most, size
        self._kept = 0
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
                self._keep((shop.uuid, key), version, value)
        return value

    def _keep(self, key: tuple[UUID, str], version: int, value: Kept) -> None:
        if key in self._values:
            self._kept -= self._size(self._values.pop(key)[1])
        self._values[key] = (version, value)
        self._kept += self._size(value)
        while self._kept > self._most:
            _key, (_version, oldest) = self._values.popitem(last=False)
            self._kept -= self._size(oldest)
