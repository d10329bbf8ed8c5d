"""Imports categories, products, stock and reviews into a shop."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from tqdm import tqdm

from shop.catalog.importing import (
    CategoryPart,
    Count,
    Mistake,
    ProductPart,
    Report,
    Result,
    SheetPart,
    TaobaoPart,
    import_files,
)
from shop.core.errors import ShopError
from shop.reviews.importing import ReviewPart
from tenants import registry
from tenants.context import ShopRef, using_shop
from tenants.migrations_hash import current_hash

PARTS = (CategoryPart, ProductPart, TaobaoPart, SheetPart, ReviewPart)
TABLES = ("products", "skus", "categories", "reviews")


class Command(BaseCommand):
    """`import_catalogue <slug> <file or folder>… [--update] [--dry-run] [--json]`."""

    help = "Imports products (.jsonl, .xlsx, .csv), categories.csv and reviews.csv into a shop: everything, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declares the options."""
        parser.add_argument("slug", help="the shop")
        parser.add_argument("paths", nargs="+", type=Path, metavar="file or folder")
        parser.add_argument("--update", action="store_true", help="change products whose code exists")
        parser.add_argument("--dry-run", action="store_true", help="check and count, keep nothing")
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object")

    def handle(
        self, *, slug: str, paths: list[Path], update: bool, dry_run: bool, as_json: bool, **_options: object
    ) -> None:
        """Exits 1, with nothing stored, when anything is wrong."""
        result = _import(slug, paths, update=update, dry_run=dry_run)
        self.stdout.write(
            json.dumps(_as_json(result), ensure_ascii=False) if as_json else _as_text(result, dry_run=dry_run)
        )
        if result.report.error_count:
            sys.exit(1)


def _import(slug: str, paths: list[Path], *, update: bool, dry_run: bool) -> Result:
    shop = registry.by_slug(slug)
    if refusal := _refusal(shop):
        return _failed(slug, refusal)
    with using_shop(shop), tqdm(file=sys.stderr, disable=not sys.stderr.isatty(), unit="") as bar:

        def progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            return import_files(
                paths, PARTS, update=update, dry_run=dry_run, actor="import_catalogue", progress=progress
            )
        except ShopError as error:
            return _failed(slug, str(error.message))


def _refusal(shop: ShopRef | None) -> str:
    if shop is None:
        return _("没有这个店铺")
    if shop.schema_hash != current_hash():
        return _("店铺的数据结构不是最新的，请先运行 deploy")
    return ""


def _failed(slug: str, reason: str) -> Result:
    report = Report()
    report.error(slug, 0, "", reason)
    return Result({table: Count(0, 0) for table in TABLES}, report)


def _as_json(result: Result) -> dict[str, object]:
    report = result.report
    return {
        **{table: result.counts[table].rows for table in TABLES},
        "created": {table: result.counts[table].created for table in TABLES},
        "errors": [_entry(mistake) for mistake in report.errors],
        "error_count": report.error_count,
        "warnings": [_entry(mistake) for mistake in report.warnings],
        "warning_count": report.warning_count,
    }


def _entry(mistake: Mistake) -> dict[str, object]:
    return {"file": mistake.file, "line": mistake.line, "field": mistake.field, "reason": mistake.reason}


def _as_text(result: Result, *, dry_run: bool) -> str:
    report = result.report
    lines = [*(_("警告：") + str(mistake) for mistake in report.warnings), *(str(mistake) for mistake in report.errors)]
    if report.error_count > len(report.errors):
        lines.append(_("另有 %(count)d 处错误没有列出") % {"count": report.error_count - len(report.errors)})
    if report.error_count:
        lines.append(_("没有导入任何内容：%(count)d 处错误") % {"count": report.error_count})
    else:
        counts = {table: result.counts[table].rows for table in TABLES}
        lines.append(_("%(products)d 个商品，%(skus)d 个 SKU，%(categories)d 个分类，%(reviews)d 条评价") % counts)
        lines.append(_("检查通过，没有写入任何内容") if dry_run else _("已导入"))
    return "\n".join(lines)
