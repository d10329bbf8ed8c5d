"""Outlives a killed supervisor just long enough to end what it left behind.

The kernel's signal on a parent's death reaches only the main process of each service, and only once: workers of a
main process that dies at once, or one that hangs, would stay.
"""

import os
import signal
from pathlib import Path

from . import state
from .processes import Identity, end_groups


class Warden:
    """A process that waits for the end of the one that made it. Make it before any thread is started."""

    def __init__(self, data: Path, supervisor: Identity) -> None:
        reading, self._writing = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            try:
                os.close(self._writing)
                _watch(reading, data, supervisor)
            finally:
                os._exit(0)
        os.close(reading)

    def dismiss(self) -> None:
        """Ends it, after the supervisor has ended its services itself."""
        os.close(self._writing)
        os.waitpid(self._pid, 0)


def _watch(reading: int, data: Path, supervisor: Identity) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.dup2(reading, 0)
    # Above all the lock of the data folder, which must go with the supervisor.
    os.closerange(1, os.sysconf("SC_OPEN_MAX"))
    # Nothing is ever written: this ends with the last process that holds the other end, the supervisor.
    os.read(0, 1)
    known = state.read(data)
    # Another record belongs to a supervisor that has already cleared up and taken over.
    if known and known.supervisor == supervisor:
        end_groups([(entry.identity, entry.stop_signal) for entry in known.services.values()])
