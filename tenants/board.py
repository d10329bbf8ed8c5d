"""A small memory-mapped file of numbers that all processes of a machine share and read without a system call.

Slot 0 holds the generation of the registry, slot 1 the last sign of life of whoever keeps the board right, the
others the catalogue version of one shop each (`ShopRef.slot`). 0 means unknown.
"""

import fcntl
import mmap
import os
import threading
from pathlib import Path

from django.conf import settings

GENERATION, HEARTBEAT, FIRST_SHOP = 0, 1, 8
_STEP = 1 << 16  # slots by which the file grows
_BYTES = 8


class Board:
    """The numbers in the file at `path`; the file is made, and grows, when somebody writes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._slots: memoryview = memoryview(b"").cast("Q")

    def get(self, slot: int) -> int:
        """Return the number of a slot; 0 when it was never written."""
        slots = self._slots
        return slots[slot] if slot < len(slots) else 0

    def raise_to(self, slot: int, number: int) -> None:
        """Write a number unless the slot holds a higher one: two that committed in turn may arrive the other way."""
        with self._lock:
            if slot >= len(self._slots):
                self._grow(slot)
            with self._path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)  # dropped when the file is closed
                if self._slots[slot] < number:
                    self._slots[slot] = number  # one aligned store of eight bytes: no reader sees half of it

    def _grow(self, slot: int) -> None:
        size = (slot // _STEP + 1) * _STEP * _BYTES
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            size = max(size, os.fstat(descriptor).st_size)
            os.ftruncate(descriptor, size)  # a hole reads as zeros
            self._slots = memoryview(mmap.mmap(descriptor, size)).cast("Q")
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # the map keeps a copy of the descriptor, and with it the lock
            os.close(descriptor)


board = Board(settings.VERSION_BOARD)
