"""Pictures of products: untrusted files in, small WebP out."""

from io import BytesIO

from django.core.files.base import ContentFile, File
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F, Max
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from shop.catalog.models import Picture, Product
from shop.catalog.services import announce, refresh_summary
from shop.core.errors import ShopError
from tenants.storage import random_name

LARGEST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 25_000_000
LONGEST_SIDE = 800
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")

# What Pillow's decoders are known to raise on damaged or hostile files.
_DAMAGED = (OSError, ValueError, SyntaxError, TypeError, IndexError, KeyError, EOFError, Image.DecompressionBombError)


def add_picture(product: Product, file: "File[bytes]") -> Picture:
    """Store a picture as the product's last one and renew its cover.

    Raises ShopError `picture_too_large` (over 10 MB or 25 megapixels) or `picture_invalid`.
    """
    name = storages["public"].save(random_name("webp"), ContentFile(encode(file)))
    try:
        return _insert(product, name)
    except BaseException:
        storages["public"].delete(name)
        raise


def encode(file: "File[bytes]") -> bytes:
    """Return the picture (of a GIF the first frame) as WebP of at most 800 × 800 pixels, upright, without metadata."""
    if file.size > LARGEST_BYTES:
        raise ShopError("picture_too_large", _("图片不能超过 %(most)d MB") % {"most": LARGEST_BYTES // 1024**2})
    try:
        return _encode(file)
    except _DAMAGED as error:
        raise ShopError("picture_invalid", _("不是有效的图片，请使用 JPEG、PNG、WebP 或 GIF")) from error


def _encode(file: "File[bytes]") -> bytes:
    file.seek(0)
    with Image.open(file, formats=FORMATS) as image:  # reads the header only
        if image.width * image.height > MOST_PIXELS:
            most = MOST_PIXELS // 10_000
            raise ShopError("picture_too_large", _("图片不能超过 %(most)d 万像素") % {"most": most})
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # lets JPEG decode at a fraction of the size
        upright = ImageOps.exif_transpose(image)
        plain = upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    output = BytesIO()
    plain.save(output, "WEBP", quality=QUALITY, exif=b"", icc_profile=b"", xmp=b"")
    return output.getvalue()


@transaction.atomic
def _insert(product: Product, name: str) -> Picture:
    Product.objects.select_for_update().get(pk=product.pk)  # two uploads at once must not get the same position
    last = Picture.objects.filter(product=product).aggregate(last=Coalesce(Max("position"), -1))["last"]
    picture = Picture.objects.create(product=product, file=name, position=last + 1)
    _changed(product)
    return picture


@transaction.atomic
def remove_picture(picture: Picture) -> None:
    """Take a picture off its product. The file stays: orders show it, and its name is never used again."""
    product = picture.product
    picture.delete()
    _changed(product)


@transaction.atomic
def put_first(picture: Picture) -> None:
    """Make a picture its product's cover."""
    others = Picture.objects.filter(product=picture.product_id).exclude(pk=picture.pk)
    others.update(position=F("position") + 1)
    Picture.objects.filter(pk=picture.pk).update(position=0)
    _changed(picture.product)


def _changed(product: Product) -> None:
    refresh_summary(product)
    announce([product])
