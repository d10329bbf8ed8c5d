"""What stands beside a product: tags in lists; promises, brand, limits and related products on its page."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from shop.catalog.models import Brand, Guarantee, Product, ProductQuerySet, ProductTag

Row = dict[str, Any]


def tag_column() -> ArraySubquery:
    """Return a column with a product's tags in order, so that a list needs no further query."""
    tags = ProductTag.objects.filter(product=OuterRef("pk")).order_by("position", "pk")
    return ArraySubquery(tags.values(json=JSONObject(name="tag__name", colour="tag__colour")))


def guarantees(product: Product) -> list[Row]:
    """Return the promises that hold for a product, in the shop's order."""
    return list(Guarantee.objects.of_product(product).values("name", "description", "icon"))


def brand_info(brand: Brand | None) -> Row | None:
    """Return who makes a product, None when nobody is named."""
    return {"key": brand.key, "name": brand.name, "story": brand.story} if brand else None


def limits(product: Product) -> Row:
    """Return how many units an order and a member may have; None is no limit."""
    return {
        "least_per_order": product.least_per_order,
        "most_per_order": product.most_per_order or None,
        "most_per_member": product.most_per_member or None,
    }


def related_products(product: Product) -> ProductQuerySet:
    """Return the related products that shoppers may see, in the merchant's order."""
    shown: ProductQuerySet = Product.objects.on_shelf().filter(related_to__product=product)
    return shown.order_by("related_to__position", "related_to__pk")
