"""What the back office's home page shows, told by the apps that know it.

`settings.HOME_TASKS` and `settings.HOME_FIGURES` name functions that take the user and return Tasks or Figures;
each of them returns nothing that the user may not see, and asks the database at most once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string


@dataclass(frozen=True, slots=True)
class Task:
    """Work that waits: what it is, how much of it there is, and the page where it is done."""

    title: Any
    count: int
    link: str
    quiet: bool = False  # nothing to hurry for, even when there is some


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of today as people read it, and a line of comparison below it."""

    title: Any
    value: Any
    note: Any = ""


def collect(paths: Sequence[str], user: Any) -> list[Any]:
    """Return what the functions at these dotted paths tell `user`, in their order."""
    told: list[Any] = []
    for path in paths:
        rows: Iterable[Any] = import_string(path)(user)
        told.extend(rows)
    return told


def number_of(rows: QuerySet[Any]) -> Any:
    """Return the expression that counts rows, so that one statement can ask for several numbers."""
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted), 0)
