"""The supervisor's record of what it runs: DATA/run/state.json, and the lock that makes it the only one."""

import fcntl
import json
import os
import signal
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from .processes import Identity
from .runtime_env import write_private

FILE_NAME = "state.json"


@dataclass(frozen=True)
class Entry:
    """One started service."""

    identity: Identity
    stop_signal: signal.Signals


@dataclass(frozen=True)
class State:
    """What a supervisor runs, or ran until it was killed."""

    supervisor: Identity
    ports: Mapping[str, int]
    ready: bool = False
    services: Mapping[str, Entry] = field(default_factory=dict)


class AlreadyRunning(RuntimeError):
    """Another supervisor holds this data folder."""


def run_folder(data: Path) -> Path:
    """DATA/run, made if absent, for the caller's eyes only."""
    folder = data / "run"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def lock(data: Path) -> int:
    """Takes the data folder until this process ends; answers the descriptor to keep. Raises AlreadyRunning."""
    descriptor = os.open(run_folder(data) / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        known = read(data)
        raise AlreadyRunning(f"Already running{f' (pid {known.supervisor.pid})' if known else ''}: {data}") from None
    return descriptor


def read(data: Path) -> State | None:
    """The last record; None if there is none or it cannot be understood."""
    try:
        raw = json.loads((data / "run" / FILE_NAME).read_text(encoding="utf-8"))
        services = {
            name: Entry(Identity(**entry["identity"]), signal.Signals(entry["stop_signal"]))
            for name, entry in raw["services"].items()
        }
        return State(Identity(**raw["supervisor"]), raw["ports"], raw["ready"], services)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def write(data: Path, state: State) -> None:
    """Replaces the record atomically."""
    write_private(run_folder(data) / FILE_NAME, json.dumps(asdict(state), indent=1) + "\n")


def forget(data: Path) -> None:
    """Removes the record."""
    (data / "run" / FILE_NAME).unlink(missing_ok=True)
