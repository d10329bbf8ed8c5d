"""The contract of one kind of import file."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from shop.catalog.importing.lines import header
from shop.catalog.importing.report import Report

BATCH = 500  # rows written by one round of statements

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of the files the shop now has, how many were not there before, and how many were not like this.

    Only products tell how many were `changed`.
    """

    rows: int
    created: int
    changed: int = 0

    @property
    def same(self) -> int:
        """How many rows changed nothing."""
        return self.rows - self.created - self.changed

    def __add__(self, other: "Count") -> "Count":
        """Return what both counted."""
        return Count(self.rows + other.rows, self.created + other.created, self.changed + other.changed)


@dataclass(slots=True, kw_only=True)
class Context:
    """One run: what it may do, what it found, and what its parts tell each other."""

    report: Report
    update: bool
    actor: str
    ref: str  # of the stock movements
    source: str  # the files' names, which the stock movements show
    progress: Callable[[int], None]
    may_stock: bool = True  # whether the files' stock counts
    product_codes: set[str] = field(default_factory=set)  # of the run's files
    owners: dict[tuple[str, str], Any] = field(default_factory=dict)  # (kind of code, code) → first row that has it
    category_paths: set[tuple[str, ...]] = field(default_factory=set)  # already counted


class Part(ABC):
    """Reads, checks and applies all files of one kind; made once per run.

    `read` looks at files only and runs outside any transaction. `check` compares with the database, `apply`
    writes; both run in the run's one transaction, for all parts in their order. `check` also sees rows that `read`
    found wrong, so that all mistakes come out at once; `apply` runs only when no part reported an error.
    """

    tables: ClassVar[tuple[str, ...]]  # the names under which `apply` counts
    suffix: ClassVar[str]
    columns: ClassVar[frozenset[str]]  # of a CSV file: those that tell the kind

    @abstractmethod
    def read(self, path: Path, context: Context) -> None:
        """Read one file and report what is wrong with it by itself."""

    @abstractmethod
    def check(self, context: Context) -> None:
        """Report what contradicts other files or the shop."""

    @abstractmethod
    def apply(self, context: Context) -> dict[str, Count]:
        """Write the rows and return what was counted, by table."""

    @classmethod
    def knows(cls, path: Path) -> bool:
        """Return whether this part reads the file: by its ending and, for CSV, its columns."""
        columns = header(path) if cls.suffix == ".csv" else frozenset()
        return path.suffix.lower() == cls.suffix and cls.columns <= columns

    @property
    @abstractmethod
    def size(self) -> int:
        """How many rows `apply` will report to `context.progress`."""


def batches(rows: Sequence[Row], size: int = BATCH) -> Iterator[Sequence[Row]]:
    """Return `rows` in pieces."""
    return (rows[start : start + size] for start in range(0, len(rows), size))


def with_parents(paths: Iterable[tuple[str, ...]]) -> set[tuple[str, ...]]:
    """Return the paths and all paths above them."""
    return {path[:depth] for path in paths for depth in range(1, len(path) + 1)}
