"""Keeps an address that does not answer from holding every thread of a process."""

from __future__ import annotations

import time
from functools import lru_cache
from threading import Lock

MOST_TIMEOUTS = 3  # in a row
PAUSE_SECONDS = 5.0


class Patience:
    """Whether to call an address: freely while it answers; after time-outs in a row one call in each pause."""

    def __init__(self, most_timeouts: int = MOST_TIMEOUTS) -> None:
        self._most_timeouts = most_timeouts
        self._lock = Lock()
        self._timeouts = 0
        self._next_call = 0.0

    def allows(self) -> bool:
        """Whether this call may be made; a False costs no waiting."""
        with self._lock:
            if self._timeouts < self._most_timeouts:
                return True
            now = time.monotonic()
            if now < self._next_call:
                return False
            self._next_call = now + PAUSE_SECONDS
            return True

    def answered(self) -> None:
        """Note that the address answered, whatever it said."""
        with self._lock:
            self._timeouts = 0

    def timed_out(self) -> None:
        """Note that the address kept a call waiting in vain."""
        with self._lock:
            self._timeouts += 1
            self._next_call = time.monotonic() + PAUSE_SECONDS


@lru_cache(maxsize=64)
def patience_with(base_url: str) -> Patience:
    """The one Patience of this process with that address."""
    return Patience()
