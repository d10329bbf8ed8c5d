"""Ends what a supervisor runs, or left behind when it was killed."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from . import state
from .database import stop_leftovers
from .probes import is_free
from .processes import alive, end_groups
from .state import State

# The supervisor ends its services in two rounds of five seconds each; this is above that.
SUPERVISOR_SECONDS = 15.0
PORT_SECONDS = 3.0


def shut_down(data: Path) -> list[str]:
    """Ends the supervisor and its services; answers the ports still taken, as `8000 (web)`."""
    known = state.read(data)
    if known is None:
        return []
    if alive(known.supervisor):
        _end_supervisor(known)
    end_recorded(data)
    return _taken_ports(known)


def end_recorded(data: Path) -> None:
    """Ends the recorded services of a supervisor that is gone, and forgets them."""
    known = state.read(data)
    if known is None:
        return
    end_groups([(entry.identity, entry.stop_signal) for entry in known.services.values()])
    stop_leftovers(data / "postgres")
    state.forget(data)


def _end_supervisor(known: State) -> None:
    with suppress(ProcessLookupError):
        os.kill(known.supervisor.pid, signal.SIGTERM)
    deadline = time.monotonic() + SUPERVISOR_SECONDS
    while alive(known.supervisor):
        if time.monotonic() > deadline:
            with suppress(ProcessLookupError):
                os.kill(known.supervisor.pid, signal.SIGKILL)
            deadline += SUPERVISOR_SECONDS
        time.sleep(0.05)


def _taken_ports(known: State) -> list[str]:
    deadline = time.monotonic() + PORT_SECONDS
    while True:
        taken = [f"{port} ({name})" for name, port in known.ports.items() if not is_free(port)]
        if not taken or time.monotonic() > deadline:
            return taken
        time.sleep(0.05)
