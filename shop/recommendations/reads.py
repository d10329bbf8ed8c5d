"""What to recommend: what is bought together, then what sells in the same categories."""

from collections.abc import Collection
from typing import Any

from django.db.models import BigIntegerField, OuterRef, Subquery, Sum

from shop.cart.models import CartItem
from shop.catalog.models import Product, ProductQuerySet
from shop.members.models import Member
from shop.recommendations.models import BoughtTogether
from shop.storefront import reads

Row = dict[str, Any]

MOST = 10


def beside_product(key: str) -> list[Row]:
    """Return at most MOST rows of the product list; Product.DoesNotExist when shoppers may not see the product."""
    product = Product.objects.on_shelf().only("pk", "category_id").get(key=key)
    return _recommended([product.pk], [product.category_id])


def beside_cart(member: Member) -> list[Row]:
    """Return at most MOST rows for what is in the member's cart; best sellers for an empty one."""
    pairs = CartItem.objects.of(member).values_list("sku__product", "sku__product__category").order_by().distinct()
    found = list(pairs)
    return _recommended([product for product, _category in found], [category for _product, category in found])


def _recommended(products: Collection[int], categories: Collection[int]) -> list[Row]:
    """Return rows for these products (primary keys), themselves left out; categories fill up what is missing."""
    times = BoughtTogether.objects.filter(product__in=products, other=OuterRef("pk")).order_by().values("other")
    counted = Subquery(times.values(total=Sum("orders")), output_field=BigIntegerField())
    others = Product.objects.on_shelf().exclude(pk__in=products).with_sold_out().filter(sold_out=False)
    together = others.annotate(times=counted).filter(times__gt=0).order_by("-times", "-sales", "-id")
    found = _rows(together)
    if len(found) < MOST:
        rest = others.exclude(key__in=[row["key"] for row in found])
        if categories:
            rest = rest.filter(category__in=categories)
        found += _rows(rest.order_by("-sales", "-id"), MOST - len(found))
    return found


def _rows(products: ProductQuerySet, most: int = MOST) -> list[Row]:
    return reads.with_covers(reads.row_query(products)[:most])
