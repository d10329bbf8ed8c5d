"""Products of JSON Lines files."""

from functools import partial
from pathlib import Path

from shop.catalog.importing.lines import read_lines, too_many
from shop.catalog.importing.part import Context
from shop.catalog.importing.rows import parse_row
from shop.catalog.importing.storing import StoredPart


class ProductPart(StoredPart):
    """JSON Lines files, one product a line."""

    suffix = ".jsonl"

    def read(self, path: Path, context: Context) -> None:
        """Read one file."""
        report, file = context.report, str(path)
        rows = 0
        for line, text in read_lines(path, report):
            if not text.strip():
                continue
            rows += 1
            if too_many(rows, file, line, report):
                return
            row = parse_row(
                file, line, text, error=partial(report.error, file, line), warn=partial(report.warning, file, line)
            )
            if row is not None:
                self.add(row, context)
