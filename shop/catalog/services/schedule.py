"""On the shelf and off it, by hand and at a time."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.catalog.services.summary import announce
from shop.core import audit
from shop.core.errors import ShopError
from tenants import due
from tenants.due import Again

KIND = "catalog.shelf"
_TIMES = ("on_shelf_at", "off_shelf_at")


@transaction.atomic
def set_shelf(product: Product, *, on_shelf: bool) -> None:
    """Put a product on the shelf or take it off; ShopError `product_archived` for an archived one.

    What was planned ends: a product put on keeps only the time at which it leaves, one taken off keeps none.
    """
    planned = {"on_shelf_at": None} if on_shelf else {"on_shelf_at": None, "off_shelf_at": None}
    changed = Product.objects.filter(pk=product.pk, archived_at=None).update(
        is_on_shelf=on_shelf, updated_at=timezone.now(), version=F("version") + 1, **planned
    )
    if not changed:
        raise ShopError("product_archived", _("商品在回收站里"), status=409)
    product.refresh_from_db(fields=["is_on_shelf", *_TIMES])  # the end may have moved since it was read
    keep_time(product)
    announce([product])


def keep_time(product: Product) -> None:
    """Let the due-row of a product stand at its next time, or be gone; call it where the times are written."""
    due.cancel(KIND, product.key)
    next_time = min(filter(None, (product.on_shelf_at, product.off_shelf_at)), default=None)
    if next_time:
        due.schedule(KIND, product.key, after=max(next_time - timezone.now(), timedelta(0)))


@transaction.atomic
def run_schedule(key: str) -> Again | None:
    """Do what a product's times ask for by now, once; come back at the next time.

    The shelf window is half-open, and its end wins: a product found after both times stays off the shelf.
    """
    living = Product.objects.filter(key=key, archived_at=None)
    step = {"updated_at": timezone.now(), "version": F("version") + 1}
    ended = living.filter(off_shelf_at__lte=Now()).update(
        is_on_shelf=False, on_shelf_at=None, off_shelf_at=None, **step
    )
    begun = living.filter(on_shelf_at__lte=Now()).update(is_on_shelf=True, on_shelf_at=None, **step)
    product = living.annotate(now=Now()).first()
    if product is None:
        return None
    if ended or begun:
        audit.record(
            actor="system",
            action="shelf.schedule",
            target=product,
            before={"is_on_shelf": not product.is_on_shelf},
            after={"is_on_shelf": product.is_on_shelf},
        )
        announce([product])
    next_time = min(filter(None, (product.on_shelf_at, product.off_shelf_at)), default=None)
    return Again((next_time - product.now).total_seconds()) if next_time else None
