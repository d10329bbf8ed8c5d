"""One supervised service: started, restarted with back-off, its group killed before every restart."""

import time
from collections.abc import Callable

from .processes import Child, Program, kill_group

FIRST_DELAY_SECONDS = 0.2
LONGEST_DELAY_SECONDS = 5.0
STABLE_SECONDS = 10.0
STEADY_SECONDS = 2.0


class Service:
    """A program that is to run for ever; `prepare` runs before each start, `probe` says when it is of use."""

    def __init__(
        self,
        name: str,
        program: Callable[[], Program],
        probe: Callable[[], bool] | None = None,
        prepare: Callable[[], None] = lambda: None,
    ) -> None:
        self.name = name
        self.program = program
        self.probe = probe
        self.prepare = prepare
        self.child: Child | None = None
        self.failures = 0
        self._started_at = 0.0
        self._due_at = 0.0

    def start(self) -> None:
        """Starts the program."""
        self.prepare()
        self.child = Child(self.program())
        self._started_at = time.monotonic()

    def tend(self) -> str | None:
        """Takes one step towards a running program; answers a line about what happened, if anything did."""
        if self.child is None:
            if time.monotonic() < self._due_at:
                return None
            return self._start_again()
        if not self.child.ended():
            return None
        return self._bury(self.child)

    def ready(self) -> bool:
        """Whether the program runs and its probe agrees; without a probe it has to last a moment."""
        if self.child is None or self.child.ended():
            return False
        return self.probe() if self.probe else time.monotonic() - self._started_at >= STEADY_SECONDS

    def _start_again(self) -> str:
        try:
            self.start()
        except (OSError, RuntimeError) as error:
            return f"{self.name} cannot start: {error}, next try in {self._postpone():.1f} s"
        return f"{self.name} started again"

    def _bury(self, child: Child) -> str:
        # Workers of a dead main process would go on serving on the same port beside the new ones.
        kill_group(child.identity)
        code = child.reap()
        if time.monotonic() - self._started_at >= STABLE_SECONDS:
            self.failures = 0
        self.child = None
        return f"{self.name} ended with code {code}, next start in {self._postpone():.1f} s"

    def _postpone(self) -> float:
        delay = min(FIRST_DELAY_SECONDS * 2.0 ** min(self.failures, 10), LONGEST_DELAY_SECONDS)
        self.failures += 1
        self._due_at = time.monotonic() + delay
        return delay
