"""manage.py index_search"""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.module_loading import import_string

from shop.catalog.models import Product
from shop.search.models import SearchDocument
from tenants import registry
from tenants.context import ShopRef, using_shop

STEP = 1_000


class Command(BaseCommand):
    """Lets due work index every product anew; for a search backend that was just switched on."""

    help = "Index the products of one shop, or of all, anew."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare which shops."""
        parser.add_argument("slug", nargs="?")
        parser.add_argument("--all", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Note the work and print how many products wait."""
        if options["all"] == bool(options["slug"]):
            raise CommandError("name one shop, or --all")
        for shop in registry.all_shops() if options["all"] else _named(options["slug"]):
            with using_shop(shop):
                self.stdout.write(f"{shop.slug} {_renew()}")


def _named(slug: str) -> list[ShopRef]:
    shop = registry.by_slug(slug)
    if shop is None:
        raise CommandError("no such shop")
    return [shop]


def _renew() -> int:
    backend = import_string(settings.SEARCH_BACKEND)()
    products = list(Product.objects.filter(archived_at=None).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(products), STEP):
        with transaction.atomic():
            part = products[start : start + STEP]
            known = set(SearchDocument.objects.filter(product__in=part).values_list("product", flat=True))
            backend.index([product for product in part if product not in known])
            backend.renew(sorted(known))
    return len(products)
