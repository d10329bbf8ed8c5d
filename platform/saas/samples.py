"""Sample goods for an empty shop: a handful of the demonstration's, added and taken away in one go.

`core_samplerow` remembers what was brought in and how it was then, so that only that goes again.
"""

import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from csv import reader, writer
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from saas.demo.pictures import drawn, pictures_in
from saas.demo.shops import DATA
from shop.catalog.importing import ProductPart, import_files
from shop.catalog.models import Category, Product
from shop.catalog.pictures import add_picture, pictures_of
from shop.catalog.services import archive_product, delete_category, delete_product
from shop.core.errors import ShopError
from shop.core.models import SampleRow
from shop.library.models import Asset
from shop.library.services import remove_assets
from shop.orders.models import Order
from shop.reviews.importing import ReviewPart
from shop.reviews.models import Review
from shop.reviews.services import hide
from tenants.context import require_shop

CODES = {"home": ("JJ-102", "JJ-301"), "tea": ("CD-101", "CD-105", "CD-201", "CD-301")}
PREFIX = "SAMPLE-"
Kind = SampleRow.Kind


@dataclass(frozen=True, slots=True)
class Removal:
    """How many sample products were deleted or, being in an order, moved to the bin; the edited ones, key → title."""

    deleted: int
    archived: int
    kept: dict[str, str]


def add_samples(*, actor: str) -> int:
    """Put the sample goods on the shelf and return how many; 0 when they are there already.

    Raises ShopError 409: `samples_too_late` once there are orders, `samples_busy` while another call runs,
    `samples_refused` when the shop's own goods are in the way; `library_full` as the library does.
    """
    files = {code: drawn(words[0]) for folder in CODES for code, words in _pictures(folder).items()}
    with transaction.atomic(), _alone():
        if SampleRow.objects.exists():
            return 0
        if Order.objects.exists():
            raise ShopError("samples_too_late", _("店里已有订单，不能再添加示例商品"), status=409)
        categories = set(Category.objects.values_list("pk", flat=True))
        newest = Asset.objects.aggregate(pk=Max("pk"))["pk"] or 0
        codes = _import(set(files), actor)
        products = list(Product.objects.filter(code__in=codes).order_by("pk"))
        for product in products:
            file = ContentFile(files[product.code.removeprefix(PREFIX)], name=f"{product.title}.png")
            add_picture(product, file, actor=actor)
        _remember(products, categories, newest)
        return len(products)


def remove_samples(*, actor: str) -> Removal:
    """Take the samples away; what was edited meanwhile stays and is the shop's own from then on.

    Raises ShopError 409 `samples_busy` while another call runs.
    """
    with transaction.atomic(), _alone():
        rows = list(SampleRow.objects.order_by("pk"))
        marks = {row.key: row.mark for row in rows if row.kind == Kind.PRODUCT}
        _hide_reviews([row.key for row in rows if row.kind == Kind.REVIEW])
        deleted = archived = 0
        kept = {}
        for product in Product.objects.select_for_update().filter(key__in=marks).order_by("pk"):
            if _mark_of_product(product) != marks[product.key]:
                kept[product.key] = product.title
            elif _delete(product):
                deleted += 1
            else:
                archived += 1
        _remove_categories({row.key: row.mark for row in rows if row.kind == Kind.CATEGORY})
        pictures = [row.key for row in rows if row.kind == Kind.PICTURE]
        remove_assets(list(Asset.objects.filter(key__in=pictures).values_list("pk", flat=True)))
        SampleRow.objects.all().delete()
        return Removal(deleted, archived, kept)


@transaction.atomic
def archive_kept(keys: Collection[str]) -> list[Product]:
    """Move edited samples that a removal left to the recycle bin and return those that were not there yet."""
    known = Product.objects.filter(key__in=keys, code__startswith=PREFIX, archived_at=None)
    found = list(known.select_for_update().order_by("pk"))
    for product in found:
        archive_product(product)
    return found


@contextmanager
def _alone() -> Iterator[None]:
    """Let one transaction of a shop work on the samples at a time; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"samples|{require_shop().uuid}"])
        if not cursor.fetchone()[0]:
            raise ShopError("samples_busy", _("示例商品正在添加或移除，请稍等几秒再刷新页面"), status=409)
    yield


def _pictures(folder: str) -> dict[str, list[tuple[str, ...]]]:
    words = pictures_in(DATA / folder / "pictures.csv")
    return {code: words[code] for code in CODES[folder]}


def _import(codes: set[str], actor: str) -> list[str]:
    taken = set(Product.objects.filter(code__startswith=PREFIX).values_list("code", flat=True))
    wanted = {code for code in codes if PREFIX + code not in taken}
    with TemporaryDirectory() as folder:
        paths = [_write_products(Path(folder), wanted), _write_reviews(Path(folder), wanted)]
        report = import_files(paths, (ProductPart, ReviewPart), actor=actor).report
    if report.error_count:
        reasons = "；".join(str(mistake.reason) for mistake in report.errors[:3])
        raise ShopError("samples_refused", _("没有添加示例商品：%(reasons)s") % {"reasons": reasons}, status=409)
    return [PREFIX + code for code in sorted(wanted)]


def _write_products(folder: Path, codes: set[str]) -> Path:
    path = folder / "products.jsonl"
    lines = [line for name in CODES for line in (DATA / name / "products.jsonl").read_text("utf-8").splitlines()]
    rows = [_as_sample(row) for row in map(json.loads, lines) if row["code"] in codes]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def _as_sample(row: dict[str, Any]) -> dict[str, Any]:
    """Return a product that tells shoppers what it is, and leaves no brand or tag behind."""
    skus = [{**sku, "code": PREFIX + sku["code"]} for sku in row["skus"]]
    kept = {name: value for name, value in row.items() if name not in ("brand", "tags")}
    return {**kept, "code": PREFIX + row["code"], "title": _("【示例】") + row["title"], "skus": skus}


def _write_reviews(folder: Path, codes: set[str]) -> Path:
    path = folder / "reviews.csv"
    with path.open("w", encoding="utf-8", newline="") as output:
        sheet = writer(output)
        sheet.writerow(("product_code", "content", "created_at"))
        for name in CODES:
            with (DATA / name / "reviews.csv").open(encoding="utf-8", newline="") as stream:
                sheet.writerows((PREFIX + row[0], *row[1:]) for row in reader(stream) if row and row[0] in codes)
    return path


def _remember(products: list[Product], categories: set[int], newest: int) -> None:
    made = Category.objects.exclude(pk__in=categories).order_by("pk")
    rows = [SampleRow(kind=Kind.CATEGORY, key=category.key, mark=_mark_of_category(category)) for category in made]
    for product in Product.objects.filter(pk__in=[product.pk for product in products]).order_by("pk"):
        rows.append(SampleRow(kind=Kind.PRODUCT, key=product.key, mark=_mark_of_product(product)))
        rows += [SampleRow(kind=Kind.PICTURE, key=asset.key) for asset in pictures_of(product) if asset.pk > newest]
    reviews = Review.objects.filter(product__in=products).order_by("pk").values_list("key", flat=True)
    SampleRow.objects.bulk_create([*rows, *(SampleRow(kind=Kind.REVIEW, key=key) for key in reviews)])


def _mark_of_product(product: Product) -> str:
    # The version is raised by every save of the form; pictures are changed beside it.
    return f"{product.version}:{','.join(str(asset.pk) for asset in pictures_of(product))}"[:64]


def _mark_of_category(category: Category) -> str:
    return f"{category.parent_id}:{category.picture_id}:{category.is_shown}:{category.name}"[:64]


def _delete(product: Product) -> bool:
    """Delete the product for good, or leave it in the bin when an order holds it, and return which."""
    archive_product(product)
    try:
        delete_product(product)
    except ShopError as error:
        if error.code != "product_in_use":
            raise
        return False
    return True


def _remove_categories(marks: dict[str, str]) -> None:
    # Children were made after their parents.
    for category in Category.objects.filter(key__in=marks).order_by("-pk"):
        if _mark_of_category(category) != marks[category.key]:
            continue
        try:
            with transaction.atomic():
                delete_category(category)
        except ShopError as error:
            if error.code != "category_in_use":
                raise


def _hide_reviews(keys: list[str]) -> None:
    """Keep invented words off products that stay."""
    for review in Review.objects.filter(key__in=keys, state=Review.State.SHOWN).order_by("pk"):
        hide(review, reason=_("示例评价"))
