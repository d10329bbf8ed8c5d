"""Drafts for tests of the catalogue."""

from shop.catalog.drafts import AttributeDraft, ProductDraft, SKUDraft
from shop.catalog.models import Category
from shop.catalog.services import ensure_categories, save_product


def category(path="居家/被枕"):
    parts = tuple(path.split("/"))
    return ensure_categories([parts])[0][parts]


def sku(code, price=1000, **options):
    return SKUDraft(code=code, price=price, options=options)


def draft(code="P1", title="羊毛被", **values):
    values.setdefault("category", values.pop("category_pk", None) or category().pk)
    values.setdefault("skus", (sku(f"{code}-1"),))
    attributes = values.pop("attributes", {})
    pairs = tuple(AttributeDraft(name, value) for name, value in attributes.items())
    return ProductDraft(code=code, title=title, attributes=pairs, **values)


def product(code="P1", title="羊毛被", path="居家/被枕", **values):
    return save_product(draft(code, title, category=category(path).pk, **values))


def names():
    return sorted(Category.objects.values_list("name", flat=True))
