"""Hanging the drawn pictures on the products."""

import csv
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

from django.core.files.base import ContentFile
from django.db import transaction

from saas.demo.drawing import draw
from shop.catalog.models import Product
from shop.catalog.pictures import add_picture

WORKERS = 2


def hang_pictures(table: Path) -> int:
    """Give each product of `table` that has no picture its pictures, and return how many were added."""
    wanted = pictures_in(table)
    bare = Product.objects.filter(code__in=wanted, pictures=None).order_by("pk")
    jobs = [(product, words) for product in bare for words in wanted[product.code]]
    added = 0
    # Drawing needs neither shop nor database, so that it may run beside the encoding and storing done here.
    with ThreadPoolExecutor(WORKERS) as pool:
        files = dict(zip([words for _, words in jobs], pool.map(drawn, [words for _, words in jobs]), strict=True))
    for product in bare:
        added += _hang(product, [files[words] for words in wanted[product.code]])
    return added


def pictures_in(table: Path) -> dict[str, list[tuple[str, ...]]]:
    """Return the words from which the pictures of each product code are drawn."""
    wanted: dict[str, list[tuple[str, ...]]] = {}
    with table.open(encoding="utf-8", newline="") as stream:
        for code, *words in list(csv.reader(stream))[1:]:
            wanted.setdefault(code, []).append(tuple(words))
    return wanted


def drawn(words: tuple[str, ...]) -> bytes:
    """Return the PNG file of a picture."""
    output = BytesIO()
    draw(*words).picture().save(output, "PNG", compress_level=1)
    return output.getvalue()


@transaction.atomic
def _hang(product: Product, files: Iterable[bytes]) -> int:
    name = f"{product.title}.png"
    pictures = [add_picture(product, ContentFile(content, name=name), actor="demo") for content in files]
    return len(pictures)
