"""Which pictures of the library a product shows, and in which order."""

from collections.abc import Sequence

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Picture, Product
from shop.catalog.services import announce, mark_edited, refresh_summary
from shop.core.errors import ShopError
from shop.library.models import Asset
from shop.library.services import hold, store_picture


@transaction.atomic
def set_pictures(product: Product, assets: Sequence[Asset], *, keep: bool = False) -> bool:
    """Let the product show these pictures in this order, the first as its cover; return whether that changed it.

    With `keep` they come after those it has. Raises ShopError 409 `asset_gone` when one was removed from the library
    meanwhile.
    """
    Product.objects.select_for_update().get(pk=product.pk)
    stored = Picture.objects.filter(product=product)
    present = list(stored.values_list("asset", flat=True))
    wanted = list(dict.fromkeys([*(present if keep else ()), *(asset.pk for asset in assets)]))
    if present == wanted:
        return False
    hold(wanted)
    stored.delete()
    Picture.objects.bulk_create(
        Picture(product=product, asset_id=pk, position=position) for position, pk in enumerate(wanted)
    )
    refresh_summary(product)
    mark_edited([product.pk])
    announce([product])
    return True


def add_picture(product: Product, file: "File[bytes]", *, actor: str = "import") -> Asset:
    """Store a picture and let the product show it last; raises what `store_picture` and `set_pictures` raise."""
    if not Product.objects.filter(pk=product.pk).exists():
        raise ShopError("not_found", _("没有找到"), status=404)
    asset = store_picture(file, actor=actor)
    set_pictures(product, [asset], keep=True)
    return asset


def pictures_of(product: Product) -> list[Asset]:
    """Return the product's pictures in their order."""
    return [picture.asset for picture in Picture.objects.filter(product=product).select_related("asset")]
