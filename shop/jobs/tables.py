"""Which models can be exported as a flat spreadsheet: dotted paths, so that AppConfig.ready() may use it."""

from dataclasses import dataclass
from typing import Any

from shop.jobs.kinds import Kind, register


@dataclass(frozen=True, slots=True)
class Table:
    """What a spreadsheet of a model (`app.model`) shows.

    `module` names a module with COLUMNS (titles) and `rows`: (primary keys, user) -> rows in the order of the keys,
    which masks what the user may not read.
    """

    model: str
    title: Any
    module: str


tables: dict[str, Table] = {}


def register_table(table: Table) -> None:
    """Make a table known, with its kind of job; whoever may view the model may export it."""
    tables[table.model] = table
    app, name = table.model.split(".")
    permission = f"{app}.view_{name}"
    register(Kind(kind_of(table.model), table.title, "shop.jobs.exporting.run", permission, "admin/jobs/table.html"))


def kind_of(model: str) -> str:
    """Return the kind of job that exports a model."""
    return f"export.{model}"
