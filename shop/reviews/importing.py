"""Import of reviews."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from shop.catalog.importing import Context, Count, Part
from shop.catalog.importing.lines import read_table
from shop.catalog.importing.part import batches
from shop.catalog.models import Product
from shop.catalog.rules import LONGEST, text_problem
from shop.reviews.models import Review
from shop.reviews.services.summary import refresh_summaries

LONGEST_CONTENT = 2000
YEARS = range(1990, 2101)

Written = tuple[int, str, datetime]  # product, content, time: what makes two imported reviews the same


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A review as a file holds it."""

    file: str
    line: int
    product_code: str
    content: str
    created_at: datetime


class ReviewPart(Part):
    """Files with the columns product_code, content and created_at (Asia/Shanghai unless it names an offset).

    A review is added as often as the files hold it, less how often an import stored it before; so a second run
    adds nothing.
    """

    tables = ("reviews",)
    suffix = ".csv"
    columns = frozenset({"product_code", "content"})

    def __init__(self) -> None:
        self.rows: list[ReviewRow] = []

    @property
    def size(self) -> int:
        """How many reviews the files hold."""
        return len(self.rows)

    def read(self, path: Path, context: Context) -> None:
        """Read one file."""
        report, file = context.report, str(path)
        required = self.columns | {"created_at"}
        for line, values in read_table(path, report, required=required, optional=frozenset()):
            content = values["content"].strip()
            if reason := text_problem(content, LONGEST_CONTENT, required=True, lines=True):
                report.error(file, line, "content", reason)
            product_code = values["product_code"].strip()
            if reason := text_problem(product_code, LONGEST["code"], required=True):
                report.error(file, line, "product_code", reason)
                continue
            created_at = parse_time(values["created_at"].strip())
            if created_at is None:
                report.error(file, line, "created_at", _("必须是时间，例如 2018-02-01 12:30:00"))
                continue
            self.rows.append(ReviewRow(file, line, product_code, content, created_at))

    def check(self, context: Context) -> None:
        """Report reviews of products that neither the shop nor the files have."""
        for rows in batches(self.rows):
            known = _products({row.product_code for row in rows})
            for row in rows:
                if row.product_code not in known and row.product_code not in context.product_codes:
                    reason = _("没有编码为“%(code)s”的商品") % {"code": row.product_code}
                    context.report.error(row.file, row.line, "product_code", reason)

    def apply(self, context: Context) -> dict[str, Count]:
        """Add the reviews that are not there yet."""
        created = 0
        stored = self._stored()
        for rows in batches(self.rows):
            products = _products({row.product_code for row in rows})
            new: list[Review] = []
            for row in rows:
                written = (products[row.product_code], row.content, row.created_at)
                if stored[written]:
                    stored[written] -= 1
                else:
                    new.append(_review(written))
            Review.objects.bulk_create(new)
            refresh_summaries([review.product_id for review in new])
            created += len(new)
            context.progress(len(rows))
        return {"reviews": Count(len(self.rows), created)}

    def _stored(self) -> Counter[Written]:
        """Return how often each of the files' reviews was imported before."""
        counts: Counter[Written] = Counter()
        codes = sorted({row.product_code for row in self.rows})
        for piece in batches(codes):
            counts.update(
                Review.objects.filter(product__code__in=piece, source=Review.Source.IMPORT).values_list(
                    "product_id", "content", "created_at"
                )
            )
        return counts


def parse_time(text: str) -> datetime | None:
    """Return the time, in Asia/Shanghai unless it names an offset; None when it is none or out of range."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.year not in YEARS:
        return None
    return found if found.tzinfo else found.replace(tzinfo=ZoneInfo(settings.TIME_ZONE))


def _products(codes: set[str]) -> dict[str, int]:
    return dict(Product.objects.filter(code__in=codes).values_list("code", "pk"))


def _review(written: Written) -> Review:
    product, content, created_at = written
    return Review(product_id=product, content=content, created_at=created_at, source=Review.Source.IMPORT)
