"""Everything a product's page shows: one query, and one more where there are related products."""

from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, CharField, Exists, F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from shop.catalog import richtext
from shop.catalog.models import SKU, Attribute, BrandQualification, Option, Picture, Product, RelatedProduct
from shop.core.prepared import Parameter, Prepared
from shop.inventory.models import StockItem
from shop.library.models import Asset
from shop.storefront import beside, reads
from shop.storefront.reviews import summary_of

Row = dict[str, Any]

_PLAIN = ("pk", "unit", "kind", "detail_html", "least_per_order", "most_per_order", "most_per_member", "order_form")


def product_detail(key: str) -> Row:
    """Return everything a product's page shows; Product.DoesNotExist when shoppers may not see it."""
    found = _page().rows(key=key)
    if not found:
        raise Product.DoesNotExist
    row = found[0]
    product, has_related = row.pop("pk"), row.pop("has_related")
    assets = [Asset(**picture) for picture in row.pop("assets")]
    names = [option["name"] for option in row["options"]]
    row |= {
        "cover": reads.picture_url(row["cover"]),
        "reviews": summary_of(row.pop("rated")),
        "category": {"key": row.pop("category__key"), "name": row.pop("category__name")},
        "brand": row["brand_info"]["name"] if row["brand_info"] else "",
        "brand_info": _brand(row.pop("brand_info"), row.pop("logo"), row.pop("qualifications")),
        "video": _address(row.pop("film"), 800),
        "limits": beside.limits(row),
        "form": row.pop("order_form"),
        "related": reads.with_covers(_related().rows(product=product)) if has_related else [],
        "images": [asset.url() for asset in assets],
        "pictures": [_picture(asset) for asset in assets],
        "detail_html": richtext.rendered(row["detail_html"]),
    }
    for sku in row["skus"]:
        # The database keeps the keys of an object in an order of its own.
        sku["options"] = {name: sku["options"][name] for name in names if name in sku["options"]}
        sku["picture"] = _address(sku["picture"], 400)
    return row


def _brand(brand: Row | None, logo: Row, qualifications: list[Row]) -> Row | None:
    if brand is None:
        return None
    return brand | {
        "logo": _address(logo, 200),
        "qualifications": [_picture(Asset(**picture)) for picture in qualifications],
    }


def _address(asset: Row, size: int) -> str:
    return Asset(**asset).url(size) if asset["name"] else ""


def _picture(asset: Asset) -> Row:
    return {
        "large": asset.url(),
        "medium": asset.url(400),
        "small": asset.url(200),
        "jpeg": asset.url(jpeg=True),
        "width": asset.width,
        "height": asset.height,
    }


@cache
def _page() -> Prepared:
    return Prepared(_page_query)


def _page_query() -> QuerySet[Product, Row]:
    shown = Product.objects.on_shelf().filter(key=Parameter("key", CharField()))
    return reads.row_query(shown).values(
        *reads.ROW_FIELDS,
        *_PLAIN,
        "tags",
        "rated",
        "category__key",
        "category__name",
        brand_info=beside.brand_column(),
        guarantees=beside.guarantee_column(),
        options=_parts(Option, "position", name="name", values="values"),
        attributes=_parts(Attribute, "position", name="name", value="value"),
        qualifications=_qualifications(),
        logo=_asset("brand__logo__"),
        film=_asset("video__"),
        assets=_pictures(),
        skus=_skus(),
        has_related=Exists(RelatedProduct.objects.filter(product=OuterRef("pk"))),
    )


def _parts(model: Any, order: str, **columns: str) -> ArraySubquery:
    rows = model.objects.filter(product=OuterRef("pk")).order_by(order, "pk")
    return ArraySubquery(rows.values(json=JSONObject(**columns)))


_ASSET = ("name", "kind", "state", "width", "height")


def _asset(prefix: str) -> JSONObject:
    return JSONObject(**{name: f"{prefix}{name}" for name in _ASSET})


def _pictures() -> ArraySubquery:
    return _parts(Picture, "position", **{name: f"asset__{name}" for name in _ASSET})


def _qualifications() -> ArraySubquery:
    shown = BrandQualification.objects.filter(brand=OuterRef("brand")).order_by("position", "pk")
    return ArraySubquery(shown.values(json=_asset("picture__")))


def _skus() -> ArraySubquery:
    left = StockItem.objects.filter(
        sku=OuterRef("pk"), warehouse__is_default=True, bucket="", on_hand__gt=F("reserved") + F("safety")
    )
    live = SKU.objects.filter(product=OuterRef("pk"), archived_at=None).order_by("position", "pk")
    columns = {name: name for name in ("key", "code", "options", "price", "list_price")}
    return ArraySubquery(live.values(json=JSONObject(**columns, sold_out=~Exists(left), picture=_asset("picture__"))))


@cache
def _related() -> Prepared:
    product = Parameter("product", BigIntegerField())
    return Prepared(lambda: reads.row_query(beside.related_products(product)))
