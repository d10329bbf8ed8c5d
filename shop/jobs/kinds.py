"""Which kinds of job there are: dotted paths, so that AppConfig.ready() may use it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job.

    `run` is the dotted path of (job, progress) -> Outcome; `permission` is what its user needs to start it and to
    fetch its files; `template` shows its report.
    """

    code: str
    title: Any
    run: str
    permission: str
    template: str = "admin/jobs/job.html"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gives back. A job that `waits` may be confirmed by its user and is then run again.

    `failed` says in one sentence why nothing was done; the report and the file tell more.
    """

    report: Mapping[str, Any] = field(default_factory=dict)
    file: bytes | None = None
    file_name: str = ""
    waits: bool = False
    failed: str = ""


kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Make a kind known."""
    kinds[kind.code] = kind
