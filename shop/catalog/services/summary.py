"""What follows from a product's SKUs, pictures and words, and must be renewed with them."""

from collections.abc import Collection, Iterable

from django.conf import settings
from django.db.models import F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.module_loading import import_string

from shop.catalog.models import SKU, Picture, Product
from shop.core.events import publish_all
from shop.core.reading import catalogue_changed
from shop.library.models import medium_name


def refresh_summary(product: Product) -> None:
    """Renew price, list price (fen, of the cheapest live SKU) and cover of one product."""
    refresh_summaries([product.pk])
    product.refresh_from_db(fields=["price", "list_price", "cover"])


def refresh_summaries(products: Collection[int]) -> None:
    """Renew price, list price and cover of these products (primary keys) in one UPDATE."""
    cheapest = SKU.objects.filter(product=OuterRef("pk"), archived_at=None).order_by("price", "position", "pk")
    pictures = Picture.objects.filter(product=OuterRef("pk")).order_by("position", "pk")
    covers = pictures.annotate(medium=medium_name("asset__"))
    Product.objects.filter(pk__in=products).update(
        price=Coalesce(Subquery(cheapest.values("price")[:1]), Value(0)),
        list_price=Coalesce(Subquery(cheapest.values("list_price")[:1]), Value(0)),
        cover=Coalesce(Subquery(covers.values("medium")[:1]), Value("")),
        updated_at=timezone.now(),
    )


def mark_edited(products: Collection[int]) -> None:
    """Raise the version of these products (primary keys): forms opened before must not overwrite them."""
    if products:
        Product.objects.filter(pk__in=products).update(version=F("version") + 1)


def announce(products: Iterable[Product]) -> None:
    """Renew the search index of these products and publish `product.changed` for each, in this transaction."""
    changed = list(products)
    index([product.pk for product in changed])
    catalogue_changed()
    publish_all("product.changed", "product", [product.key for product in changed])


def index(products: Collection[int]) -> None:
    """Bring these products (primary keys) into the search index; archived ones leave it."""
    if not products:
        return
    backend = import_string(settings.SEARCH_BACKEND)()
    archived = set(Product.objects.filter(pk__in=products, archived_at__isnull=False).values_list("pk", flat=True))
    backend.remove(archived)
    backend.index([pk for pk in products if pk not in archived])


def renew(products: Collection[int]) -> None:
    """Let due work bring these products (primary keys) into the search index anew, in steps."""
    if products:
        import_string(settings.SEARCH_BACKEND)().renew(products)


def unindex(products: Collection[int]) -> None:
    """Take these products (primary keys) out of the search index."""
    import_string(settings.SEARCH_BACKEND)().remove(products)
