"""Products that a member keeps or looked at, as rows of lists: those that are gone are still shown, and marked."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from shop.catalog.models import Product
from shop.favourites.models import Favourite, Footprint
from shop.members.models import Member
from shop.storefront import reads

Row = dict[str, Any]


def favourite_page(member: Member, page: int, page_size: int) -> tuple[int, list[Row]]:
    """Return how many products the member keeps, and one page of them with `is_gone` and `added_at`."""
    kept = Favourite.objects.of(member)
    start = (page - 1) * page_size
    found = list(kept.values_list("product", "created_at")[start : start + page_size])
    shown = _rows(product for product, _at in found)
    return kept.count(), [{**shown[product], "added_at": at} for product, at in found if product in shown]


def footprint_page(member: Member, page: int, page_size: int) -> tuple[int, list[Row]]:
    """Return how many footprints the member left, and one page of them by day, the latest first."""
    left = Footprint.objects.of(member).kept()
    start = (page - 1) * page_size
    found = list(left.values_list("product", "day", "key", "seen_at")[start : start + page_size])
    shown = _rows(product for product, *_rest in found)
    rows = [
        (day, {**shown[product], "footprint": key, "seen_at": at})
        for product, day, key, at in found
        if product in shown
    ]
    days = groupby(rows, key=lambda pair: pair[0])
    return left.count(), [{"day": day, "products": [row for _day, row in together]} for day, together in days]


def _rows(products: Iterable[int]) -> dict[int, Row]:
    """Return primary key → list row with `is_gone`: off the shelf or in the recycle bin."""
    query = reads.row_query(Product.objects.filter(pk__in=set(products)))
    columns = ("pk", "is_on_shelf", "archived_at", *reads.ROW_FIELDS, "tags", "rated")
    found = {row.pop("pk"): row for row in query.values(*columns)}
    for row in found.values():
        row["is_gone"] = not row.pop("is_on_shelf") or row["archived_at"] is not None
        del row["archived_at"]
    return dict(zip(found, reads.with_covers(found.values()), strict=True))
