"""The short way to the storefront's bodies says the same as the views, or leaves the answer to them."""

import itertools

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.catalog.models import Category
from shop.storefront import direct
from shop.storefront.keeping import canonical_query
from tests.factories import make_sku

LIST = "/api/v1/products"


@pytest.fixture(autouse=True)
def open_connection(monkeypatch):
    """Django's test client does not close the connection either: the test's transaction lives in it."""
    monkeypatch.setattr(direct, "close_old_connections", lambda: None)


@pytest.fixture
def goods(shop):
    return [make_sku(100 * number, stock=number % 3).product for number in range(1, 8)]


def said(path, query=""):
    text = direct.answer("", path, canonical_query(path, query))
    return None if text is None else orjson.loads(text)


def test_every_combination_of_parameters_says_what_the_view_says(api, goods):
    category = Category.objects.first().key
    choices = {
        "category": [None, category],
        "min_price": [None, "0", "250"],
        "max_price": [None, "550"],
        "sort": [None, "-sales", "price", "-price", "-created"],
        "keyword": [None, "%20%E5%95%86%E5%93%81", "%E6%B2%A1%E6%9C%89"],
        "page": [None, "2"],
        "page_size": [None, "2"],
    }
    for values in itertools.product(*choices.values()):
        given = {name: value for name, value in zip(choices, values, strict=True) if value is not None}
        query = "&".join(f"{name}={value}" for name, value in sorted(given.items()))
        assert said(LIST, query) == api.get(f"{LIST}?{query}").json(), query


def test_a_page_says_what_the_view_says(api, goods):
    for product in goods:
        path = f"{LIST}/{product.key}"
        assert said(path) == api.get(path).json()


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page=-1",
        "page=1.5",
        "page=",
        "page=%EF%BC%91",
        "page=99999",
        "page_size=101",
        "min_price=a",
        "min_price=5&max_price=4",
        "max_price=99999999999999",
        "sort=-key",
        "sort=",
        "category=nobody",
        "category=" + "a" * 17,
        "category=%00",
        "keyword=%00",
        "keyword=" + "a" * 101,
        "brand=abc",
    ],
)
def test_the_unusual_is_left_to_the_view(goods, query):
    assert said(LIST, query) is None


def test_unknown_products_and_other_paths_are_left_to_the_views(goods):
    assert said(f"{LIST}/nobody") is None
    assert direct.answer("", "/api/v1/home", "") is None


def test_a_list_takes_two_queries_whatever_its_size_and_a_page_one(goods):
    for size in ("1", "100"):
        said(LIST, f"page_size={size}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            said(LIST, f"page_size={size}&min_price=1")
        assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        said(f"{LIST}/{goods[0].key}")
    assert len(queries) == 1
