"""Narrowing lists: filters, and how many products each choice leaves."""

import pytest

from shop.catalog.models import Brand, Category
from shop.inventory.services import set_on_hand
from tests.shop.catalogue import product, sku
from tests.shop.test_storefront import get, titles


@pytest.fixture
def goods(shop):
    of_wool, of_silk = {"材质": "羊毛", "产地": "中国"}, {"材质": "蚕丝", "产地": "中国"}
    made = [
        product("A", "羊毛被", "居家/被枕", brand="罗莱", attributes=of_wool, skus=(sku("A1", 30_00),)),
        product("B", "蚕丝被", "居家/被枕", brand="罗莱", attributes=of_silk, skus=(sku("B1", 99_99),)),
        product("C", "羊毛毯", "居家/毯", attributes={"材质": "羊毛", "说明": "很长" * 20}, skus=(sku("C1", 100_00),)),
        product("D", "不锈钢锅", "餐厨/锅具", skus=(sku("D1", 20_000_00),)),
    ]
    set_on_hand({made[0].skus.get().pk: 3}, kind="ADJUST", actor="t", ref="t")
    return made


def key(model, name):
    return model.objects.get(name=name).key


def test_facets_count_the_whole_list(api, goods):
    assert get(api, "products/facets") == {
        "categories": [
            {"key": key(Category, "被枕"), "name": "被枕", "count": 2},
            {"key": key(Category, "毯"), "name": "毯", "count": 1},
            {"key": key(Category, "锅具"), "name": "锅具", "count": 1},
        ],
        "brands": [{"key": key(Brand, "罗莱"), "name": "罗莱", "count": 2}],
        "attributes": [
            {"name": "材质", "values": [{"value": "羊毛", "count": 2}, {"value": "蚕丝", "count": 1}]},
        ],
        "prices": [
            {"min_price": 20_00, "max_price": 49_99, "count": 1},
            {"min_price": 50_00, "max_price": 99_99, "count": 1},
            {"min_price": 100_00, "max_price": 199_99, "count": 1},
            {"min_price": 10_000_00, "max_price": None, "count": 1},
        ],
        "in_stock": 1,
    }


def test_facets_hold_under_the_filters_given(api, goods):
    found = get(api, "products/facets?keyword=羊毛&max_price=9999")
    assert [(row["name"], row["count"]) for row in found["categories"]] == [("被枕", 1)]
    assert found["in_stock"] == 1


def test_lists_are_narrowed_by_what_facets_show(api, goods):
    assert titles(api, f"?brand={key(Brand, '罗莱')}") == ["蚕丝被", "羊毛被"]
    assert titles(api, "?attributes=材质:羊毛") == ["羊毛毯", "羊毛被"]
    assert titles(api, "?attributes=材质:羊毛|产地:中国") == ["羊毛被"]
    assert titles(api, "?in_stock=1") == ["羊毛被"]
    assert titles(api, "?in_stock=0&keyword=羊毛被") == ["羊毛被", "蚕丝被", "羊毛毯"]
    assert titles(api, "?brand=unknown") == []


@pytest.mark.parametrize("attributes", ["材质", "材质:", ":羊毛", "|", "a:b|" * 6])
def test_attributes_nobody_means_are_refused(api, goods, attributes):
    assert "attributes" in get(api, f"products?attributes={attributes}", 422)["detail"]
    assert "attributes" in get(api, f"products/facets?attributes={attributes}", 422)["detail"]


@pytest.mark.parametrize("keyword", ["锅", "!", "%25", "%E2%80%AE", "%ff"])
def test_facets_of_nothing_are_empty(api, shop, keyword):
    assert get(api, f"products/facets?keyword={keyword}") == {
        "categories": [],
        "brands": [],
        "attributes": [],
        "prices": [],
        "in_stock": 0,
    }
    assert "category" in get(api, "products/facets?category=unknown", 422)["detail"]


def test_facets_of_another_shop_are_not_counted(api, goods, other_shop):
    from tests.client import Api

    assert get(Api(other_shop.host), "products/facets")["in_stock"] == 0
