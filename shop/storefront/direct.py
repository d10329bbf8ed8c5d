"""A shorter way to the same bodies: no request object, no middleware, no serializer, the same reads.

Whatever is unusual (a wrong parameter, an unknown product) is left to the views, which say it in the proper form.
"""

import re
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.db import close_old_connections
from django.urls import set_script_prefix

from shop.catalog.models import Product
from shop.core.money import MOST_FEN
from shop.search.counting import searched
from shop.storefront import detail, reads
from shop.storefront.schemas import MOST_PAGES

_PRODUCTS, _PRODUCT = "/api/v1/products", "/api/v1/products/"
_FACETS = "/api/v1/products/facets"
_RECOMMENDATIONS = "/recommendations"
_DIGITS = re.compile(r"[0-9]{1,12}", re.ASCII)
_MOST = {"page": MOST_PAGES, "page_size": 100, "min_price": MOST_FEN, "max_price": MOST_FEN}
_SELDOM = {"attributes", "brand", "in_stock"}
LONGEST_KEYWORD = 100
_LEAST = {"page": 1, "page_size": 1, "min_price": 0, "max_price": 0}


def answer(prefix: str, path: str, query: str) -> bytes | None:
    """Return the body for a path below `prefix` and a canonical query; None when Django has to be asked."""
    set_script_prefix(f"{prefix}/")
    try:
        return _body(prefix, path, query)
    finally:
        close_old_connections()  # as at the end of a request: the pool gets its connection back


def _body(prefix: str, path: str, query: str) -> bytes | None:
    if path == _PRODUCTS:
        return _page(prefix + path, query)
    if path.startswith(_PRODUCT) and path != _FACETS and not path.endswith(_RECOMMENDATIONS):
        try:
            return _json(detail.product_detail(path.removeprefix(_PRODUCT)))
        except Product.DoesNotExist:
            return None
    return None


def _page(path: str, text: str) -> bytes | None:
    given = parse_qsl(text, keep_blank_values=True)
    query = _list_query(dict(given))
    if query is None:
        return None
    try:
        count, results = reads.product_page(query)
    except reads.UnknownCategory:
        return None
    if query.keyword and query.page == 1:
        searched(query.keyword, found=count > 0)
    return _json({"count": count, "next": reads.next_link(path, given, query, count), "results": results})


def _list_query(given: dict[str, str]) -> reads.ListQuery | None:
    """Return the query, None unless every value is plainly right; the serializer judges the others."""
    numbers: dict[str, Any] = {}
    for name in _MOST.keys() & given.keys():
        value = given[name]
        if not _DIGITS.fullmatch(value) or not _LEAST[name] <= int(value) <= _MOST[name]:
            return None
        numbers[name] = int(value)
    category, sort = given.get("category"), given.get("sort")
    keyword = given.get("keyword", "").strip()
    if _SELDOM & given.keys() or not keyword.isprintable() or len(given.get("keyword", "")) > LONGEST_KEYWORD:
        return None
    if (category is not None and not category.isalnum()) or len(category or "") > 16:
        return None
    if sort is not None and sort not in reads.SORTS:
        return None
    if numbers.get("min_price", 0) > numbers.get("max_price", MOST_FEN):
        return None
    return reads.ListQuery(keyword=keyword, category=category or "", sort=sort or "", **numbers)


def _json(value: object) -> bytes:
    return orjson.dumps(value, default=str)
