"""What stands beside a product, as columns of one query: tags, promises, brand, limits, related products."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, Expression, JSONField, OuterRef, Q, Value, When
from django.db.models.functions import JSONObject

from shop.catalog.models import Guarantee, Product, ProductGuarantee, ProductQuerySet, ProductTag

Row = dict[str, Any]


def tag_column() -> ArraySubquery:
    """Return a column with a product's tags in order, so that a list needs no further query."""
    tags = ProductTag.objects.filter(product=OuterRef("pk")).order_by("position", "pk")
    return ArraySubquery(tags.values(json=JSONObject(name="tag__name", colour="tag__colour")))


def guarantee_column() -> ArraySubquery:
    """Return a column with the promises that hold for a product, in the shop's order."""
    chosen = ProductGuarantee.objects.filter(product=OuterRef(OuterRef("pk")), guarantee=OuterRef("pk"))
    held = Guarantee.objects.filter(Q(is_for_all=True) | Q(Exists(chosen))).order_by("position", "pk")
    return ArraySubquery(held.values(json=JSONObject(name="name", description="description", icon="icon")))


def brand_column() -> Expression:
    """Return a column with who makes a product, null when nobody is named."""
    brand = JSONObject(key="brand__key", name="brand__name", story="brand__story")
    return Case(When(brand=None, then=Value(None, JSONField())), default=brand)


def limits(row: Row) -> Row:
    """Return how many units an order and a member may have, taken out of the row; None is no limit."""
    return {
        "least_per_order": row.pop("least_per_order"),
        "most_per_order": row.pop("most_per_order") or None,
        "most_per_member": row.pop("most_per_member") or None,
    }


def related_products(product: Any) -> ProductQuerySet:
    """Return the related products that shoppers may see, in the merchant's order."""
    shown: ProductQuerySet = Product.objects.on_shelf().filter(related_to__product=product)
    return shown.order_by("related_to__position", "related_to__pk")
