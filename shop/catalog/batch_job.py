"""The plan of a batch edit over stored products, for the page that shows it and the job that carries it out."""

import hashlib
from collections.abc import Iterator, Sequence

from shop.catalog.batch import Edit, Planned, plan
from shop.catalog.exporting import drafts_of, stock_levels
from shop.catalog.models import Category, Product

BATCH = 500


def living(products: Sequence[int]) -> list[int]:
    """Return those of the products (primary keys) that are not archived, in the order of their keys."""
    found = Product.objects.filter(pk__in=products, archived_at=None)
    return list(found.order_by("pk").values_list("pk", flat=True))


def plans(products: Sequence[int], edit: Edit) -> Iterator[Planned]:
    """Yield what the edit does to each of these products (primary keys)."""
    paths = {category.pk: path for path, category in Category.objects.by_path().items()}
    for start in range(0, len(products), BATCH):
        batch = products[start : start + BATCH]
        levels = stock_levels(batch)
        for draft in drafts_of(batch).values():
            yield plan(draft, edit, levels=levels, paths=paths)


def fingerprint(planned: Sequence[Planned]) -> str:
    """Return what tells one plan from another: what was shown must be what is done."""
    text = "\n".join(f"{plan.before.key}|{difference}" for plan in planned for difference in plan.differences)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
