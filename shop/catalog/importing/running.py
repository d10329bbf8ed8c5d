"""One run of an import over any number of files: everything or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from shop.catalog.importing.part import Context, Count, Part
from shop.catalog.importing.report import Report
from shop.catalog.importing.storing import ProductChange, StoredPart
from shop.core.errors import ShopError
from tenants.context import require_shop
from tenants.models import new_key

_SUFFIXES = (".jsonl", ".csv", ".xlsx")


@dataclass(frozen=True, slots=True)
class Result:
    """What a run did; with errors all counts are 0 and nothing was stored."""

    counts: dict[str, Count]
    report: Report


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run would do: the products it would make or change, of so many in the files."""

    products: int
    changes: list[ProductChange]
    report: Report


def import_files(
    paths: Sequence[Path],
    parts: Sequence[type[Part]],
    *,
    update: bool = False,
    dry_run: bool = False,
    may_stock: bool = True,
    actor: str,
    ref: str = "",
    progress: Callable[[int, int], None] = lambda done, total: None,
    stored: Callable[[dict[str, Count]], None] = lambda counts: None,
) -> Result:
    """Import the files, and those in the folders, among `paths`, each read by the part that knows it.

    Without `update`, a product code that the shop has is an error. `dry_run` does all the work and keeps nothing.
    Without `may_stock` the files' stock is ignored; movements of stock bear `ref`, by default one of their own, and
    the files' names. `progress` hears rows done and rows in all; `stored` is called
    with the counts inside the transaction that stores everything. Raises ShopError 409: `import_running` while
    another import writes, `import_conflict` when somebody changed the same products meanwhile.
    """
    made, context = _read(paths, parts, update=update, may_stock=may_stock, actor=actor, ref=ref)
    none = {table: Count(0, 0) for part in parts for table in part.tables}
    try:
        counts = _store(made, context, none, dry_run=dry_run, progress=progress, stored=stored)
        return Result(counts, context.report)
    except IntegrityError as error:  # somebody in the back office took a code after the check
        raise ShopError("import_conflict", _("导入期间商品被修改，请再试一次"), status=409) from error


def preview_files(
    paths: Sequence[Path],
    parts: Sequence[type[StoredPart]],
    *,
    update: bool,
    may_stock: bool = True,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Preview:
    """Return what importing the files would change; nothing is written, and with errors nothing compared."""
    made, context = _read(paths, parts, update=update, may_stock=may_stock, actor="")
    size = sum(part.size for part in made)
    context.progress = _advancing(2 * size, progress)
    for part in made:
        part.check(context)
    context.progress(size)
    changes = [] if context.report.error_count else [change for part in made for change in part.changes(context)]
    return Preview(size, changes, context.report)


AnyPart = TypeVar("AnyPart", bound=Part)


def _read(
    paths: Sequence[Path], parts: Sequence[type[AnyPart]], *, update: bool, may_stock: bool, actor: str, ref: str = ""
) -> tuple[list[AnyPart], Context]:
    report, made = Report(), [part() for part in parts]
    context = Context(
        report=report,
        update=update,
        may_stock=may_stock,
        actor=actor,
        ref=ref or f"import-{new_key(16)}",
        source="、".join(filter(None, (path.name for path in paths))),
        progress=lambda done: None,
    )
    for path in paths:
        for file in _files(path, report):
            if part := _part_for(file, made, report):
                part.read(file, context)
    return made, context


def _advancing(total: int, progress: Callable[[int, int], None]) -> Callable[[int], None]:
    done = 0

    def advance(rows: int) -> None:
        nonlocal done
        done += rows
        progress(done, total)

    return advance


def _files(path: Path, report: Report) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES)
    if not found:
        report.error(str(path), 0, "", _("文件夹里没有 .jsonl、.csv 或 .xlsx 文件"))
    return found


def _part_for(file: Path, parts: Sequence[AnyPart], report: Report) -> AnyPart | None:
    """Return the part that reads `file`."""
    for part in parts:
        if part.knows(file):
            return part
    reason = _("文件不存在或无法读取") if not file.is_file() else _("不认识这个文件：名称或列名不对")
    report.error(str(file), 0, "", reason)
    return None


def _store(
    parts: Sequence[Part],
    context: Context,
    none: dict[str, Count],
    *,
    dry_run: bool,
    progress: Callable[[int, int], None],
    stored: Callable[[dict[str, Count]], None],
) -> dict[str, Count]:
    counts = dict(none)
    context.progress = _advancing(sum(part.size for part in parts), progress)
    with transaction.atomic():
        _one_at_a_time()
        for part in parts:
            part.check(context)
        if context.report.error_count:
            return none
        for part in parts:
            for table, count in part.apply(context).items():
                counts[table] += count
        for part in parts:
            if isinstance(part, StoredPart):
                part.write_stock(context)
        stored(counts)
        if dry_run:
            transaction.set_rollback(True)
    return counts


def _one_at_a_time() -> None:
    """Keep other imports of this shop out until the transaction ends: what was checked must still hold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"import|{require_shop().uuid}"])
        if not cursor.fetchone()[0]:
            raise ShopError("import_running", _("另一个导入正在进行，请稍后再试"), status=409)
