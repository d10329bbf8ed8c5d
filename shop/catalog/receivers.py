"""What the catalogue hears."""

from typing import Any

from django.db import transaction

from shop.catalog.models import Picture, Product
from shop.catalog.services import announce, refresh_summaries


@transaction.atomic
def on_picture_ready(event: Any) -> None:
    """Let products whose cover now has a smaller size show that one."""
    products = list(Picture.objects.filter(asset__key=event.ref).values_list("product", flat=True))
    # In key order, as everything that locks products does.
    shown = list(Product.objects.select_for_update().filter(pk__in=products).order_by("pk"))
    refresh_summaries([product.pk for product in shown])
    announce(shown)
