"""Processes of our own: started in a session of their own, known by pid and start time, ended as a whole group."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .account import Account

SPAWN = Path(__file__).with_name("spawn.py")
GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Program:
    """What to run, as whom, where its output goes (None: the caller's) and which signal ends it."""

    name: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    log: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None


@dataclass(frozen=True)
class Identity:
    """One process for certain: a pid alone may be used again."""

    pid: int
    started: int


@dataclass(frozen=True)
class _Entry:
    pid: int
    state: str
    group: int
    session: int
    started: int


def identify(pid: int) -> Identity | None:
    """The identity of a live process; None when it is gone or a zombie."""
    entry = _entry(pid)
    return Identity(pid, entry.started) if entry and entry.state not in "ZX" else None


def alive(identity: Identity) -> bool:
    """Whether exactly this process still runs."""
    return identify(identity.pid) == identity


def members(leader: Identity) -> list[int]:
    """Pids of the live processes in the group and session this leader opened, also after its own end."""
    own = _entry(leader.pid)
    if own and own.started != leader.started:
        return []
    return [
        entry.pid
        for entry in _entries()
        if leader.pid in (entry.group, entry.session) and entry.state not in "ZX" and entry.started >= leader.started
    ]


def kill_group(leader: Identity, wait: float = 2.0) -> bool:
    """Kills every member of the group and answers whether none is left after `wait` seconds."""
    deadline = time.monotonic() + wait
    while pids := members(leader):
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def end_groups(leaders: Iterable[tuple[Identity, signal.Signals]], grace: float = GRACE_SECONDS) -> bool:
    """Asks each leader to stop, kills what is left after `grace` seconds; True when nothing is left."""
    known = list(leaders)
    for leader, stop_signal in known:
        if alive(leader):
            with suppress(ProcessLookupError):
                os.kill(leader.pid, stop_signal)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(alive(leader) for leader, _ in known):
        time.sleep(0.02)
    left = [leader for leader, _ in known if not kill_group(leader)]
    return not left


class Child:
    """A started program; it must be started and waited for by the same thread (its life is bound to it)."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._popen = _start(program)
        self.identity = identify(self._popen.pid) or Identity(self._popen.pid, 0)

    def ended(self) -> bool:
        """Whether the main process is over; its pid stays taken until `reap`."""
        if self._popen.returncode is not None:
            return True
        return os.waitid(os.P_PID, self._popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def reap(self) -> int:
        """Kills what is left of the group, then answers the exit code of the ended main process."""
        kill_group(self.identity)
        return self._popen.wait()

    def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Ends the whole group, politely for `grace` seconds."""
        end_groups([(self.identity, self.program.stop_signal)], grace)
        self.reap()

    def wait(self, timeout: float) -> int | None:
        """The exit code, or None if the program still runs after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not self.ended():
            if time.monotonic() > deadline:
                return None
            time.sleep(0.02)
        return self.reap()


def _start(program: Program) -> subprocess.Popen[bytes]:
    owner = f"{program.account.uid}:{program.account.gid}" if program.account else "-"
    wrapper = [sys.executable, "-I", "-S", str(SPAWN), str(os.getpid()), str(int(program.stop_signal)), owner]
    command = [*wrapper, *program.argv]
    if program.log is None:
        return _popen(command, program, None)
    with os.fdopen(os.open(program.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
        return _popen(command, program, output.fileno())


def _popen(command: list[str], program: Program, output: int | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=None if output is None else subprocess.STDOUT,
        cwd=program.folder,
        env=dict(program.environment),
        start_new_session=True,
    )


def _entries() -> Iterator[_Entry]:
    for name in os.listdir("/proc"):  # noqa: PTH208 - thousands of calls: no Path objects
        if name.isdigit() and (entry := _entry(int(name))):
            yield entry


def _entry(pid: int) -> _Entry | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The second field is the command in brackets and may itself hold brackets and blanks.
    fields = text[text.rindex(")") + 2 :].split()
    return _Entry(pid, fields[0], int(fields[2]), int(fields[3]), int(fields[19]))
