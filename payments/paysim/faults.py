"""Fault scripts: what the simulator does wrong on request, how often and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

CALL_FAULTS = frozenset({"hang", "reset_after_commit", "error_500", "bad_signature"})
NOTICE_FAULTS = frozenset({"drop_notice", "duplicate_notice", "reorder_notice", "delay_notice"})
_SECONDS = {"hang": 30.0, "delay_notice": 5.0, "reorder_notice": 5.0}


@dataclass(slots=True)
class Fault:
    """One script: strikes `count` more times (-1: until cleared) where `match` occurs in the call."""

    mode: str
    count: int
    match: str
    seconds: float

    def as_json(self) -> dict[str, object]:
        """What the control interface shows."""
        return {"mode": self.mode, "count": self.count, "match": self.match, "seconds": self.seconds}


class Faults:
    """The active scripts, one for each mode, oldest first; lost at a restart on purpose."""

    def __init__(self) -> None:
        self._active: dict[str, Fault] = {}
        self._lock = Lock()

    def set(self, mode: str, count: int, match: str = "", seconds: float | None = None) -> None:
        """Replace the script of that mode; raises ValueError for an unknown mode or a count of nothing."""
        if mode not in CALL_FAULTS | NOTICE_FAULTS:
            raise ValueError(f"unknown mode {mode}")
        if count == 0 or count < -1:
            raise ValueError("count must be -1 or at least 1")
        with self._lock:
            self._active[mode] = Fault(mode, count, match, _SECONDS.get(mode, 0.0) if seconds is None else seconds)

    def clear(self) -> None:
        """Behave well again."""
        with self._lock:
            self._active.clear()

    def listed(self) -> list[dict[str, object]]:
        """Every active script."""
        with self._lock:
            return [fault.as_json() for fault in self._active.values()]

    def strike(self, modes: frozenset[str], subject: str) -> Fault | None:
        """Use up one strike of the oldest script of `modes` whose match occurs in `subject`."""
        with self._lock:
            for fault in self._active.values():
                if fault.mode in modes and fault.match in subject:
                    self._spend(fault)
                    return fault
        return None

    def _spend(self, fault: Fault) -> None:
        if fault.count > 0:
            fault.count -= 1
        if fault.count == 0:
            del self._active[fault.mode]
