"""What to say of SKUs that share a barcode: who scans it could not tell them apart."""

from django.utils.translation import gettext as _

from shop.catalog.models import SKU, Product

SKUS_NAMED = 6


def shared_barcodes(product: Product) -> list[str]:
    """Return a warning for every barcode of the product that several living SKUs of the shop have."""
    own = product.skus.filter(archived_at=None).exclude(barcode="").values_list("barcode", flat=True)
    living = SKU.objects.filter(archived_at=None, product__archived_at=None, barcode__in=set(own))
    named: dict[str, list[str]] = {}
    for sku in living.select_related("product").order_by("product_id", "position", "pk"):
        title = sku.option_text or sku.code
        named.setdefault(sku.barcode, []).append(
            title if sku.product_id == product.pk else f"{sku.product.title} {title}"
        )
    return [_warning(barcode, titles) for barcode, titles in named.items() if len(titles) > 1]


def _warning(barcode: str, titles: list[str]) -> str:
    told = {"barcode": barcode, "names": "、".join(titles[:SKUS_NAMED]), "count": len(titles)}
    return _("已保存，但 %(count)d 个 SKU 用了同一个条形码 %(barcode)s，扫码盘点时分不清：%(names)s") % told
