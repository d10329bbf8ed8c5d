"""Flat spreadsheets of one kind of row, made by a job."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string

from shop.core.sheets import Cell, write_csv, write_xlsx
from shop.jobs.kinds import Outcome, Progress
from shop.jobs.models import Job
from shop.jobs.tables import Table, tables

MOST_ROWS = 50_000
_BATCH = 500


def run(job: Job, progress: Progress) -> Outcome:
    """Write the rows that the job names."""
    model, keys = job.params["model"], job.params["rows"]
    table = tables[model]
    columns = [str(title) for title in import_string(f"{table.module}.COLUMNS")]
    suffix = job.params.get("format", "xlsx")
    write = write_csv if suffix == "csv" else write_xlsx
    data = write(columns, _rows(table, keys, job.user, progress))
    name = f"{table.title}-{timezone.localtime():%Y%m%d-%H%M}.{suffix}"
    return Outcome({"rows": len(keys)}, data, name)


def _rows(table: Table, keys: Sequence[int], user: Any, progress: Progress) -> Iterator[Sequence[Cell]]:
    read = import_string(f"{table.module}.rows")
    for start in range(0, len(keys), _BATCH):
        yield from read(keys[start : start + _BATCH], user)
        progress(min(start + _BATCH, len(keys)), len(keys))


def day_and_time(moment: Any) -> str:
    """Return a time as the shop's clock shows it, "" for none."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M:%S}" if moment else ""
