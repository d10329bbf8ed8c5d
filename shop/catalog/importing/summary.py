"""What an import found and would do, as a job's report holds it and a page shows it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from shop.catalog.importing import columns
from shop.catalog.importing.merging import Difference
from shop.catalog.importing.part import Count
from shop.catalog.importing.report import Mistake, Report
from shop.catalog.importing.running import Preview
from shop.catalog.importing.storing import ProductChange
from shop.core.errors import ShopError
from shop.core.sheets import Cell, Marked, read_sheet, write_xlsx

MOST_CHANGES = 200
MOST_DIFFERENCES = 12  # shown of one product
LONGEST_TEXT = 60
REASONS = "错误原因"  # the column that a marked file begins with
_TITLES = {field: title for title, field in (columns.TEXTS | columns.LIMITS).items()}
_TITLES |= {"is_on_shelf": "上架", "is_new": "新品", "is_hot": "热销", "kind": columns.KIND, "tags": columns.TAGS}
_TITLES |= {"attributes": columns.ATTRIBUTES, "detail_html": columns.DETAIL}
_TITLES |= {field: title for title, field in (columns.SKU_TEXTS | columns.SKU_PRICES | columns.SKU_NUMBERS).items()}


def preview_report(preview: Preview) -> dict[str, Any]:
    """Return the counts, and the first changes in words."""
    new = sum(change.is_new for change in preview.changes)
    return {
        **mistakes_report(preview.report),
        "products": preview.products,
        "new": new,
        "changed": len(preview.changes) - new,
        "same": preview.products - len(preview.changes),
        "changes": [_change(change) for change in preview.changes[:MOST_CHANGES]],
    }


def stored_report(counts: Mapping[str, Count]) -> dict[str, Any]:
    """Return what an import stored."""
    return {
        "stored": True,
        **{table: count.rows for table, count in counts.items()},
        "created": {table: count.created for table, count in counts.items()},
        "changed": counts["products"].changed,
        "same": counts["products"].same,
    }


def mistakes_report(report: Report) -> dict[str, Any]:
    """Return errors and warnings with the counts of all."""
    return {
        "errors": [_mistake(mistake) for mistake in report.in_order()],
        "error_count": report.error_count,
        "warnings": [_mistake(mistake) for mistake in report.warnings[:MOST_CHANGES]],
        "warning_count": report.warning_count,
    }


def _mistake(mistake: Mistake) -> dict[str, Any]:
    return {
        "file": Path(mistake.file).name,
        "line": mistake.line,
        "field": mistake.field,
        "value": mistake.value,
        "reason": mistake.reason,
    }


def differences_report(differences: Sequence[Difference]) -> list[dict[str, str]]:
    """Return the first differences in words."""
    return [_difference(difference) for difference in differences[:MOST_DIFFERENCES]]


def _change(change: ProductChange) -> dict[str, Any]:
    shown = differences_report(change.differences)
    more = len(change.differences) - len(shown)
    return {"code": change.code, "title": change.title, "is_new": change.is_new, "differences": shown, "more": more}


def _difference(difference: Difference) -> dict[str, str]:
    words = {"sku": "SKU", "options": _("规格"), "order": _("SKU 的顺序")}
    return {
        "field": words.get(difference.field) or _TITLES.get(difference.field, difference.field),
        "sku": difference.sku,
        "before": difference.before[:LONGEST_TEXT],
        "after": difference.after[:LONGEST_TEXT],
    }


def marked_sheet(path: Path, report: Report) -> bytes | None:
    """Return the uploaded spreadsheet with the mistakes beside each row and on red ground; None for other files."""
    reasons: dict[int, list[str]] = defaultdict(list)
    wrong: set[tuple[int, str]] = set()
    for mistake in report.errors:
        reasons[mistake.line].append(": ".join(filter(None, (mistake.field, mistake.reason))))
        wrong.add((mistake.line, mistake.field))
    try:
        with path.open("rb") as file:
            sheet = read_sheet(file, path.name)
            titles = [title for title in sheet.columns if title and title != REASONS]
            rows: list[list[Cell]] = [
                [
                    "；".join(reasons.get(line, ())),
                    *(
                        Marked(cells[title]) if (line, columns.known_title(title)) in wrong else cells[title]
                        for title in titles
                    ),
                ]
                for line, cells in sheet
            ]
    except ShopError:
        return None
    return write_xlsx([REASONS, *titles], rows)
