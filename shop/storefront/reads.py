"""What shoppers see of the catalogue, as plain values ready for JSON."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Exists, Func, OuterRef, Q
from django.utils.module_loading import import_string

from shop.agreements.reads import agreements
from shop.catalog.models import Attribute, Category, Product, ProductQuerySet
from shop.core.models import ShopSettings
from shop.core.prepared import AmongMany, Parameter, Prepared
from shop.decoration.reads import home_items
from shop.inventory.models import StockItem
from shop.members.services import has_phone_login
from shop.promotions.goods import goods_of
from shop.search.keeping import KeptPerVersion
from shop.storefront import beside
from shop.storefront.reviews import summary_column, summary_of
from tenants.context import require_shop
from tenants.services import current_name

Row = dict[str, Any]

ROW_FIELDS = ("key", "title", "subtitle", "price", "list_price", "cover", "sales", "sold_out")
HOME_ROWS = 10
_ORDERS = {
    "-sales": ("-sales", "-id"),
    "price": ("price", "id"),
    "-price": ("-price", "-id"),
    "-created": ("-created_at", "-id"),
}
SORTS = tuple(_ORDERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListQuery:
    """What a shopper asked the list for; prices in fen."""

    category: str = ""
    keyword: str = ""
    sort: str = ""
    min_price: int | None = None
    max_price: int | None = None
    brand: str = ""
    attributes: tuple[tuple[str, str], ...] = ()  # name, value; all must hold
    in_stock: bool = False
    promotion: str = ""  # key of an activity or a coupon
    page: int = 1
    page_size: int = 20


class UnknownCategory(LookupError):
    """There is no category with this key."""


def picture_url(name: str) -> str:
    """Return the address of a stored picture, "" without one."""
    return storages["public"].url(name) if name else ""


def rows(products: ProductQuerySet) -> list[Row]:
    """Return list rows of these products, in their order."""
    return with_covers(row_query(products))


def row_query(products: ProductQuerySet) -> "models.QuerySet[Product, dict[str, Any]]":
    """Return the query of list rows, whose covers are still storage names."""
    return products.with_sold_out().values(*ROW_FIELDS, tags=beside.tag_column(), rated=summary_column())


def with_covers(found: Iterable[Row]) -> list[Row]:
    """Return the rows with the addresses of their covers, and what their reviews come to."""
    made = []
    for row in found:
        rated = row.pop("rated")
        made.append({**row, "cover": picture_url(row["cover"]), "reviews": summary_of(rated)})
    return made


def product_page(query: ListQuery) -> tuple[int, list[Row]]:
    """Return how many products match and one page of them, in at most three queries; UnknownCategory.

    Those of a promotion take some more; Activity.DoesNotExist when it is over.
    """
    offset = (query.page - 1) * query.page_size
    if query.attributes or query.promotion:  # any number of them: no two queries are alike
        matching = matching_products(query)
        count = matching.order_by().count()
        return count, rows(matching[offset : offset + query.page_size]) if offset < count else []
    given = _given(query)
    if query.keyword and not query.sort:
        return _best_matches(given, offset, query.page_size)
    (count,) = _counting(tuple(given)).column(**given)
    if offset >= count:
        return count, []
    page = _listing(tuple(given), query.sort or "-sales")
    return count, with_covers(page.rows(**given, limit=query.page_size, offset=offset))


def _given(query: ListQuery) -> dict[str, Any]:
    """Return the values of those filters that the query uses."""
    values = {
        "found": _found(query.keyword, strict=bool(query.sort)) if query.keyword else None,
        "categories": _subtree(query.category) if query.category else None,
        "min_price": query.min_price,
        "max_price": query.max_price,
        "brand": query.brand or None,
        "in_stock": False if query.in_stock else None,
    }
    return {name: value for name, value in values.items() if value is not None}


# A find of a large shop has tens of thousands of keys, of some forty bytes each.
_kept_finds = KeptPerVersion[list[int]](most=600_000, size=lambda found: len(found) + 2000)


def _found(keyword: str, *, strict: bool) -> list[int]:
    """Return the primary keys of all products that a search finds, the best first."""

    def search() -> list[int]:
        shown: ProductQuerySet = Product.objects.on_shelf()
        found = import_string(settings.SEARCH_BACKEND)().search(shown, keyword, strict=strict)
        return list(found.order_by("-relevance", "-sales", "-id").values_list("pk", flat=True))

    return _kept_finds.get(f"{strict:d}{keyword}", search)


def _best_matches(given: dict[str, Any], offset: int, limit: int) -> tuple[int, list[Row]]:
    best = given["found"]
    if len(given) > 1:
        left = set(_narrowing(tuple(given)).column(**given))
        best = [pk for pk in best if pk in left]
    page = best[offset : offset + limit]
    if not page:
        return len(best), []
    rows_by_key = {row.pop("pk"): row for row in _chosen().rows(found=page)}
    return len(best), with_covers(rows_by_key[pk] for pk in page if pk in rows_by_key)


def matching_products(query: ListQuery) -> ProductQuerySet:
    """Return what a list shows, in its order; UnknownCategory, Activity.DoesNotExist."""
    products: ProductQuerySet = Product.objects.on_shelf()
    if query.category:
        products = products.filter(category__in=_subtree(query.category))
    if query.min_price is not None:
        products = products.filter(price__gte=query.min_price)
    if query.max_price is not None:
        products = products.filter(price__lte=query.max_price)
    if query.brand:
        products = products.filter(brand__key=query.brand)
    for name, value in query.attributes:
        products = products.filter(Exists(Attribute.objects.filter(product=OuterRef("pk"), name=name, value=value)))
    if query.promotion:
        products = products.filter(goods_of(query.promotion))
    if query.in_stock:
        products = products.with_sold_out().filter(sold_out=False)
    if not query.keyword:
        return products.order_by(*_ORDERS[query.sort or "-sales"])
    found = import_string(settings.SEARCH_BACKEND)().search(products, query.keyword, strict=bool(query.sort))
    return found.order_by(*_ORDERS[query.sort]) if query.sort else found.order_by("-relevance", "-sales", "-id")


_FILTERS = {
    "found": Q(AmongMany("id", "found")),
    "categories": Q(AmongMany("category_id", "categories")),
    "min_price": Q(price__gte=Parameter("min_price", models.BigIntegerField())),
    "max_price": Q(price__lte=Parameter("max_price", models.BigIntegerField())),
    "brand": Q(brand__key=Parameter("brand", models.CharField())),
    "in_stock": Q(sold_out=False),
}


def _filtered(given: tuple[str, ...]) -> ProductQuerySet:
    products = Product.objects.on_shelf()
    if "in_stock" in given:
        products = products.with_sold_out()
    return products.filter(*(_FILTERS[name] for name in given))


@cache
def _counting(given: tuple[str, ...]) -> Prepared:
    rows = Func(template="COUNT(*)", output_field=models.BigIntegerField())
    return Prepared(lambda: _filtered(given).order_by().values(count=rows))


@cache
def _narrowing(given: tuple[str, ...]) -> Prepared:
    return Prepared(lambda: _filtered(given).order_by().values("pk"))


@cache
def _chosen() -> Prepared:
    found: ProductQuerySet = Product.objects.on_shelf().filter(_FILTERS["found"])
    return Prepared(lambda: row_query(found).values("pk", *ROW_FIELDS, "tags", "rated"))


@cache
def _listing(given: tuple[str, ...], sort: str) -> Prepared:
    return Prepared(lambda: row_query(_filtered(given).order_by(*_ORDERS[sort])), sliced=True)


def _subtree(key: str) -> list[int]:
    """Return the primary keys of the category and all below it."""
    found = Category.objects.subtree(key)
    if not found:
        raise UnknownCategory(key)
    return found


def next_link(path: str, parameters: Iterable[tuple[str, Any]], query: ListQuery, count: int) -> str | None:
    """Return the path of the next page, without a host: a page may be kept and shown on another of the shop's hosts."""
    if query.page * query.page_size >= count:
        return None
    kept = [(name, value) for name, value in parameters if name != "page"]
    return f"{path}?{urlencode([*kept, ('page', str(query.page + 1))])}"


def category_tree() -> list[Row]:
    """Return the shown categories as a tree, in one query; what is below a hidden one is hidden too."""
    children: dict[int | None, list[tuple[int, Row]]] = {}
    for category in Category.objects.filter(is_shown=True).select_related("picture"):
        children.setdefault(category.parent_id, []).append((category.pk, _category(category)))

    def below(parent: int | None) -> list[Row]:
        return [{**row, "children": below(pk)} for pk, row in children.get(parent, [])]

    return below(None)


def _category(category: Category) -> Row:
    picture = category.picture.url(400) if category.picture else ""
    return {"key": category.key, "name": category.name, "tagline": category.tagline, "picture": picture}


def product_stock(key: str) -> list[Row]:
    """Return the units left of each SKU; Product.DoesNotExist when shoppers may not see the product."""
    product = Product.objects.on_shelf().get(key=key)
    left = _available(product)
    return [
        {"sku": sku, "available": left.get(pk, 0)}
        for pk, sku in product.skus.filter(archived_at=None).values_list("pk", "key")
    ]


def _available(product: Product) -> dict[int, int]:
    items = StockItem.objects.filter(sku__product=product, warehouse__is_default=True, bucket="")
    return {item.sku_id: item.available for item in items}


def bootstrap() -> Row:
    """Return what a client needs before it shows anything."""
    shop, how = require_shop(), ShopSettings.objects.get()
    return {
        "shop": {"name": current_name(shop), "key": shop.key},
        "notice": how.notice,
        "service_phone": how.service_phone,
        "logo": picture_url(how.logo),
        "theme_colour": how.theme_colour,
        "agreements": agreements(),
        "orders": {
            "pay_minutes": how.pay_minutes,
            "auto_receive_days": how.auto_receive_days,
            "after_sale_days": how.after_sale_days,
            "most_unpaid": how.most_unpaid,
        },
        "members": {"phone_login": has_phone_login()},
        "stock_socket": f"{settings.WS_URL}/s/{shop.key}/ws/stock",
    }


def home() -> Row:
    """Return the front page: what the merchant put there, top categories, what sells, what is new."""
    shown: ProductQuerySet = Product.objects.on_shelf()
    top = list(Category.objects.filter(parent=None, is_shown=True).select_related("picture"))
    return {
        **home_items(top),
        "categories": [_category(category) for category in top],
        "hot": rows(shown.order_by("-is_hot", "-sales", "-id")[:HOME_ROWS]),
        "new": rows(shown.order_by("-is_new", "-created_at", "-id")[:HOME_ROWS]),
    }
