"""What jobs of the catalogue do: imports, exports, batch edits."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.catalog.batch import ADD, SET, Edit, Planned
from shop.catalog.batch_job import BATCH, living, plans
from shop.catalog.exporting import lines_of, sheet_of
from shop.catalog.importing import Count, ProductPart, SheetPart, TaobaoPart, import_files, preview_files
from shop.catalog.importing.pictures import MOST_LISTED, import_pictures
from shop.catalog.importing.summary import marked_sheet, mistakes_report, preview_report, stored_report
from shop.catalog.models import SKU, Product
from shop.catalog.services import save_products
from shop.core import audit
from shop.core.errors import ShopError
from shop.core.sheets import write_csv, write_xlsx
from shop.inventory.levels import Why, adjust
from shop.inventory.models import StockItem, StockMove
from shop.inventory.services import set_on_hand
from shop.jobs import services as jobs
from shop.jobs.kinds import Outcome, Progress
from shop.jobs.models import Job

PARTS = (TaobaoPart, SheetPart, ProductPart)


def run_import(job: Job, progress: Progress) -> Outcome:
    """Tell what an uploaded file would change, and change it once its user has confirmed."""
    user = job.user
    may_stock = bool(user and user.has_perm("inventory.change_stockitem"))
    update = bool(job.params.get("update"))
    with uploaded_file(job) as path:
        if job.params.get("confirmed"):
            return _store(job, path, update=update, may_stock=may_stock, progress=progress)
        preview = preview_files([path], PARTS, update=update, may_stock=may_stock, progress=progress)
        report = {**preview_report(preview), "stock_ignored": not may_stock}
        if not preview.report.error_count:
            return Outcome(report, waits=bool(preview.changes))
        marked = marked_sheet(path, preview.report)
    name = f"{PurePosixPath(job.upload_name).stem}-{_('错误')}.xlsx" if marked else ""
    return Outcome(report, marked, name, failed=_refusal(preview.report.error_count))


def _store(job: Job, path: Path, *, update: bool, may_stock: bool, progress: Progress) -> Outcome:
    actor = job.user.get_username() if job.user else ""

    def stored(counts: dict[str, Count]) -> None:
        report = stored_report(counts)
        audit.record(actor=actor, action="catalog.import", target=job, after={"file": job.upload_name, **report})
        jobs.finish(job, Outcome(report))

    result = import_files(
        [path],
        PARTS,
        update=update,
        may_stock=may_stock,
        actor=actor,
        ref=f"import-{job.key}",
        progress=progress,
        stored=stored,
    )
    if result.report.error_count:
        return Outcome(mistakes_report(result.report), failed=_refusal(result.report.error_count))
    return Outcome(stored_report(result.counts))


def _refusal(errors: int) -> str:
    text = ngettext("有 %(count)d 处错误，没有导入任何内容。", "有 %(count)d 处错误，没有导入任何内容。", errors)
    return text % {"count": errors}


def run_export(job: Job, progress: Progress) -> Outcome:
    """Write the chosen products into a spreadsheet, or as JSON Lines."""
    chosen: list[int] = job.params["products"]
    products = list(Product.objects.filter(pk__in=chosen, archived_at=None).values_list("pk", flat=True))
    with_costs = bool(job.user and job.user.has_perm("catalog.change_product"))
    suffix = job.params.get("format", "xlsx")
    if suffix == "jsonl":
        data = b"".join(_told(lines_of(products, with_costs=with_costs), len(products), progress))
    else:
        sheet = sheet_of(products, with_costs=with_costs)
        write = write_csv if suffix == "csv" else write_xlsx
        data = write(sheet.columns, _counted(sheet.rows, len(products), progress))
    name = f"{_('商品')}-{timezone.localtime():%Y%m%d-%H%M}.{suffix}"
    return Outcome({"products": len(products)}, data, name)


def _told(lines: Iterator[bytes], total: int, progress: Progress) -> Iterator[bytes]:
    for done, line in enumerate(lines, 1):
        progress(done, total)
        yield line


def _counted(rows: Iterator[list[Any]], total: int, progress: Progress) -> Iterator[list[Any]]:
    done, last = 0, None
    for row in rows:
        done, last = done + (row[0] != last), row[0]
        progress(min(done, total), total)
        yield row


def run_pictures(job: Job, progress: Progress) -> Outcome:
    """Store the pictures of an uploaded zip file."""
    actor = job.user.get_username() if job.user else ""
    with uploaded_file(job) as path:
        found = import_pictures(path, replace=bool(job.params.get("replace")), actor=actor, progress=progress)
    counts = {"products": found.products, "pictures": found.pictures, "left_out_count": len(found.left_out)}
    audit.record(actor=actor, action="catalog.pictures", target=job, after={"file": job.upload_name, **counts})
    return Outcome({**counts, "left_out": [list(pair) for pair in found.left_out[:MOST_LISTED]]})


def run_batch(job: Job, progress: Progress) -> Outcome:
    """Change the chosen products as their user confirmed, all or none, with one audit entry for each."""
    if "edit" not in job.params:
        return Outcome({}, waits=True)
    edit = Edit.of(job.params["edit"])
    with transaction.atomic():
        chosen = living(job.params["products"])
        list(Product.objects.select_for_update(of=("self",)).filter(pk__in=chosen).order_by("pk").values_list("pk"))
        planned = [plan for plan in plans(living(chosen), edit) if plan.differences]
        if any(plan.problems for plan in planned):
            raise ShopError("batch_invalid", _("商品在这期间被修改，这次修改不再适用，请重新操作"), status=409)
        for start in range(0, len(planned), BATCH):
            save_products([plan.after for plan in planned[start : start + BATCH]])
            progress(start, len(planned))
        _record(job, planned)
        _set_stock(job, planned, edit)
        outcome = Outcome({"changed": len(planned), "products": len(chosen)})
        jobs.finish(job, outcome)
    return outcome


def _record(job: Job, planned: Sequence[Planned]) -> None:
    actor = job.user.get_username() if job.user else ""
    keys = Product.objects.in_bulk([plan.before.key for plan in planned], field_name="key")
    for plan in planned:
        names = [" ".join(filter(None, (found.field, found.sku))) for found in plan.differences]
        audit.record(
            actor=actor,
            action="catalog.batch",
            target=keys[plan.before.key],
            before=dict(zip(names, (found.before for found in plan.differences), strict=True)),
            after=dict(zip(names, (found.after for found in plan.differences), strict=True)),
        )


def _set_stock(job: Job, planned: Sequence[Planned], edit: Edit) -> None:
    """Write the stock, last: shoppers' orders wait for its rows until the transaction ends."""
    codes = [code for plan in planned for code in plan.units]
    skus = dict(SKU.objects.filter(code__in=codes).values_list("code", "pk"))
    actor, ref = job.user.get_username() if job.user else "", f"batch-{job.key}"
    if edit.stock_mode == SET:
        levels = {skus[code]: units for plan in planned for code, units in plan.units.items()}
        set_on_hand(levels, kind=StockMove.Kind.ADJUST, ref=ref, actor=actor)
    elif edit.stock_mode == ADD:
        items = StockItem.objects.filter(sku__in=skus.values(), warehouse__is_default=True, bucket="")
        known = dict(items.values_list("sku_id", "pk"))
        new = {pk: max(edit.stock, 0) for pk in skus.values() if pk not in known}
        set_on_hand(new, kind=StockMove.Kind.ADJUST, ref=ref, actor=actor)
        adjust(dict.fromkeys(known.values(), edit.stock), Why(StockMove.Cause.OTHER), ref=ref, actor=actor)


@contextmanager
def uploaded_file(job: Job) -> Iterator[Path]:
    """Give a copy of a job's upload on the local disk, under the name that its user knows."""
    with tempfile.TemporaryDirectory(prefix="weipu-job-") as folder:
        suffix = PurePosixPath(job.upload_name).suffix.lower()
        path = Path(folder) / f"{PurePosixPath(job.upload_name).stem[:80] or 'upload'}{suffix}"
        with storages["private"].open(job.upload) as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        yield path
