"""Two ways to find products of the current shop: the shop's search, and the plain ILIKE that it is compared with."""

from django.conf import settings
from django.db.models import Q
from django.utils.module_loading import import_string

from bench.search_quality.judged import DEPTH
from shop.catalog.models import Product


def by_search(text: str) -> list[str]:
    """Return codes as the storefront's search ranks them."""
    found = import_string(settings.SEARCH_BACKEND)().search(Product.objects.on_shelf(), text)
    return list(found.order_by("-relevance", "-sales", "-id").values_list("code", flat=True)[:DEPTH])


def by_ilike(text: str) -> list[str]:
    """Return codes of the products in whose title, subtitle or keywords the text stands, best-selling first."""
    like = Q(title__icontains=text) | Q(subtitle__icontains=text) | Q(keywords__icontains=text)
    found = Product.objects.on_shelf().filter(like).order_by("-sales", "-id")
    return list(found.values_list("code", flat=True)[:DEPTH])
