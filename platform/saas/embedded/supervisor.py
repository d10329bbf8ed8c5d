"""Runs the services of one data folder: starts them in order, restarts the dead, ends all of them with itself."""

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from . import state
from .processes import Child, Identity, Program, end_groups, identify
from .service import Service
from .state import Entry, State
from .warden import Warden

TICK_SECONDS = 0.05
READY_SECONDS = 180.0
MOST_FAILURES = 5
FAILED = 1

Stage = Sequence[Service] | Program


class StartFailed(RuntimeError):
    """A stage did not come up; the text says which and why."""


class Stopped(Exception):
    """Somebody asked the supervisor to stop."""


class Supervisor:
    """Brings stages up one after another, then keeps their services running until a signal comes.

    A stage is a group of services, done when all are ready, or a program that has to end with code 0. It must run in
    the main thread: children are bound to the life of the thread that started them.
    """

    def __init__(
        self, data: Path, ports: Mapping[str, int], stages: Sequence[Stage], say: Callable[[str], None]
    ) -> None:
        self.data = data
        self.ports = ports
        self.stages = stages
        self.say = say
        self._services: list[Service] = []
        self._programs: list[Child] = []
        self._recorded: State | None = None
        self._own = identify(os.getpid()) or Identity(os.getpid(), 0)
        self._stop_requests = 0
        self._ready = False

    def run(self, announce: Callable[[], None] = lambda: None, afterwards: Program | None = None) -> int:
        """Runs until SIGINT, SIGTERM or SIGHUP (0) or until a stage fails (1); calls `announce` when all are ready."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._request_stop)
        warden = Warden(self.data, self._own)
        try:
            for stage in self.stages:
                self._bring_up(stage)
            self._ready = True
            self._record()
            announce()
            self._keep(afterwards)
        except Stopped:
            self.say("Stopping.")
            return 0
        except (StartFailed, OSError, RuntimeError) as error:
            self.say(str(error))
            return FAILED
        finally:
            self._stop_all()
            warden.dismiss()

    def _bring_up(self, stage: Stage) -> None:
        if isinstance(stage, Program):
            self._complete(stage)
            return
        for service in stage:
            service.start()
            self._services.append(service)
        self._wait_until(lambda: [service.name for service in stage if not self._is_up(service)])

    def _is_up(self, service: Service) -> bool:
        if service.failures >= MOST_FAILURES:
            raise StartFailed(f"{service.name} does not start{_tail(service.program().log)}")
        return service.ready()

    def _complete(self, program: Program) -> None:
        child = Child(program)
        self._programs.append(child)
        self._wait_until(lambda: [] if child.ended() else [program.name])
        self._programs.remove(child)
        if code := child.reap():
            raise StartFailed(f"{program.name} ended with code {code}{_tail(program.log)}")

    def _wait_until(self, missing: Callable[[], list[str]]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while names := missing():
            self._tick()
            if time.monotonic() > deadline:
                raise StartFailed(f"Not ready after {READY_SECONDS:.0f} s: {', '.join(names)}. See {self.data / 'log'}")

    def _keep(self, afterwards: Program | None) -> NoReturn:
        extra = Child(afterwards) if afterwards else None
        if extra:
            self._programs.append(extra)
        while True:
            self._tick()
            if extra and extra.ended():
                self._programs.remove(extra)
                if code := extra.reap():
                    self.say(f"{extra.program.name} ended with code {code}")
                extra = None

    def _tick(self) -> None:
        if self._stop_requests:
            raise Stopped
        for service in self._services:
            if line := service.tend():
                self.say(line)
        self._record()
        time.sleep(TICK_SECONDS)

    def _record(self) -> None:
        services = {
            service.name: Entry(service.child.identity, service.child.program.stop_signal)
            for service in self._services
            if service.child
        }
        current = State(self._own, dict(self.ports), self._ready, services)
        if current != self._recorded:
            state.write(self.data, current)
            self._recorded = current

    def _request_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop_requests += 1

    def _stop_all(self) -> None:
        """Ends everything in the reverse order of the stages, so that nobody loses the database first."""
        for child in self._programs:
            child.stop()
        for stage in reversed(self.stages):
            if not isinstance(stage, Program):
                end_groups([(s.child.identity, s.child.program.stop_signal) for s in stage if s.child])
                for service in stage:
                    if service.child:
                        service.child.reap()
        state.forget(self.data)


def _tail(log: Path | None, lines: int = 15) -> str:
    if log is None or not log.exists():
        return ""
    last = log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join([f", the end of {log}:", *last])
