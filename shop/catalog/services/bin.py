"""The recycle bin."""

from django.conf import settings
from django.db import transaction
from django.db.models import F, ProtectedError
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU, Product
from shop.catalog.services.schedule import keep_time
from shop.catalog.services.summary import announce, unindex
from shop.core.errors import ShopError
from shop.core.events import publish


@transaction.atomic
def archive_product(product: Product) -> None:
    """Move a product to the recycle bin; orders that hold it stay readable. Repeating has no effect."""
    now = timezone.now()
    gone = {"archived_at": now, "is_on_shelf": False, "on_shelf_at": None, "off_shelf_at": None}
    if not Product.objects.filter(pk=product.pk, archived_at=None).update(
        updated_at=now, version=F("version") + 1, **gone
    ):
        return
    for name, value in gone.items():
        setattr(product, name, value)
    keep_time(product)
    announce([product])


@transaction.atomic
def restore_product(product: Product) -> None:
    """Take a product out of the recycle bin, off the shelf. Repeating has no effect."""
    if not Product.objects.filter(pk=product.pk, archived_at__isnull=False).update(
        archived_at=None, updated_at=timezone.now(), version=F("version") + 1
    ):
        return
    product.archived_at = None
    announce([product])


@transaction.atomic
def delete_product(product: Product) -> None:
    """Delete a product of the recycle bin for good, with its stock.

    Raises ShopError 409 `product_not_archived`, 409 `product_in_use` when an order ever held it.
    """
    locked = Product.objects.select_for_update().filter(pk=product.pk, archived_at__isnull=False).first()
    if locked is None:
        raise ShopError("product_not_archived", _("请先把商品移到回收站"), status=409)
    try:
        with transaction.atomic():
            import_string(settings.STOCK_REMOVER)(list(SKU.objects.filter(product=locked).values_list("pk", flat=True)))
            SKU.objects.filter(product=locked).delete()
            unindex([locked.pk])
            locked.delete()
    except ProtectedError as error:
        raise ShopError(
            "product_in_use", _("商品有过订单或库存单据，只能留在回收站，不能彻底删除"), status=409
        ) from error
    publish("product.changed", "product", product.key)
