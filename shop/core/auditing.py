"""The auditor: each app states in `invariants.py` what must always hold, as SQL that counts violations."""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.db import connection


@dataclass(frozen=True, slots=True)
class Invariant:
    """`sql` selects the violating rows of the current shop; none is right. Several may share one code."""

    code: str
    title: str
    sql: str


def all_invariants() -> list[Invariant]:
    """Return the invariants of every app in a shop's schema."""
    modules = [f"{name}.invariants" for name in settings.TENANT_APPS]
    return [invariant for name in modules if find_spec(name) for invariant in import_module(name).INVARIANTS]


def violations() -> dict[str, int]:
    """Return, for the current shop, code → number of violating rows."""
    counts: dict[str, int] = {}
    with connection.cursor() as cursor:
        for invariant in all_invariants():
            cursor.execute(f"SELECT count(*) FROM ({invariant.sql}) violation")  # noqa: S608  (texts of this code)
            counts[invariant.code] = counts.get(invariant.code, 0) + cursor.fetchone()[0]
    return counts
