"""Import of categories."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.utils.translation import gettext as _

from shop.catalog.importing.lines import read_table
from shop.catalog.importing.part import Context, Count, Part, with_parents
from shop.catalog.importing.rows import parse_path
from shop.catalog.models import Category
from shop.catalog.rules import LONGEST, text_problem
from shop.catalog.services import ensure_categories, set_taglines


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category as a file describes it; `tagline` None leaves the present one."""

    file: str
    line: int
    path: tuple[str, ...]
    tagline: str | None


class CategoryPart(Part):
    """Files with the columns path (居家/被枕) and, optionally, tagline."""

    tables = ("categories",)
    suffix = ".csv"
    columns = frozenset({"path"})

    def __init__(self) -> None:
        self.rows: dict[tuple[str, ...], CategoryRow] = {}

    @property
    def size(self) -> int:
        """How many categories the files name."""
        return len(self.rows)

    def read(self, path: Path, context: Context) -> None:
        """Read one file."""
        report, file = context.report, str(path)
        for line, values in read_table(path, report, required=self.columns, optional=frozenset({"tagline"})):
            names = parse_path(values["path"], partial(report.error, file, line, "path"))
            tagline = values["tagline"].strip() if "tagline" in values else None
            if reason := text_problem(tagline or "", LONGEST["tagline"]):
                report.error(file, line, "tagline", reason)
            if first := self.rows.get(names):
                report.error(
                    file, line, "path", _("与 %(file)s 第 %(line)d 行重复") % {"file": first.file, "line": first.line}
                )
            else:
                self.rows[names] = CategoryRow(file, line, names, tagline)

    def check(self, context: Context) -> None:
        """Warn of categories that would change without leave."""
        if context.update or not self.rows:
            return
        known = Category.objects.by_path()
        for row in self.rows.values():
            category = known.get(row.path)
            if category and row.tagline is not None and row.tagline != category.tagline:
                context.report.warning(row.file, row.line, "tagline", _("分类已存在，没有修改（可以加 --update）"))

    def apply(self, context: Context) -> dict[str, Count]:
        """Make missing categories and write the taglines."""
        before = set(Category.objects.by_path())
        categories, made = ensure_categories(self.rows)
        set_taglines(
            {
                categories[row.path]: row.tagline
                for row in self.rows.values()
                if row.tagline is not None and (context.update or row.path not in before)
            }
        )
        context.progress(self.size)
        named = with_parents(self.rows)
        context.category_paths |= named
        return {"categories": Count(len(named), made)}
