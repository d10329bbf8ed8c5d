import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.catalog.drafts import CategoryDraft
from shop.catalog.models import Category, Product
from shop.catalog.pictures import add_picture
from shop.catalog.services import archive_product, save_category, set_shelf
from shop.core.models import ShopSettings
from shop.inventory.models import StockItem
from shop.inventory.services import set_on_hand
from shop.reviews.models import Review
from tenants.context import using_shop
from tests.client import Api
from tests.shop.catalogue import category, product, sku
from tests.shop.test_pictures import made

ROOT = "/api/v1"


def get(api, path, status=200):
    response = api.get(f"{ROOT}/{path}")
    assert response.status_code == status, response.content
    return json.loads(response.content)


def queries(api, path):
    """The shop's own queries behind a request; finding the shop is cached for a second."""
    with CaptureQueriesContext(connection) as captured:
        get(api, path)
    return [query["sql"] for query in captured if '"public".' not in query["sql"]]


def titles(api, parameters=""):
    return [row["title"] for row in get(api, f"products{parameters}")["results"]]


@pytest.fixture
def three(shop):
    """Three products: price, sales and age all order them differently."""
    made_ = [
        product("A", "羊毛被", "居家/被枕", skus=(sku("A1", 3000),)),
        product("B", "不锈钢锅", "餐厨/锅具", skus=(sku("B1", 1000),)),
        product("C", "羊毛毯", "居家/毯", skus=(sku("C1", 2000),)),
    ]
    for saved, sales in zip(made_, (5, 9, 7), strict=True):
        Product.objects.filter(pk=saved.pk).update(sales=sales)
    return made_


def test_a_row_has_exactly_these_fields(api, shop):
    saved = product("A", "羊毛被", subtitle="暖", skus=(sku("A1", 3000),))
    cover = add_picture(saved, made())
    page = get(api, "products")
    assert page == {
        "count": 1,
        "next": None,
        "results": [
            {
                "key": saved.key,
                "title": "羊毛被",
                "subtitle": "暖",
                "price": 3000,
                "list_price": 0,
                "cover": f"/media/{cover.name}",
                "sales": 0,
                "sold_out": True,
                "reviews": {"count": 0, "average": None},
                "tags": [],
            }
        ],
    }
    assert api.get(page["results"][0]["cover"]).status_code == 200


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["不锈钢锅", "羊毛毯", "羊毛被"]),
        ("?sort=-sales", ["不锈钢锅", "羊毛毯", "羊毛被"]),
        ("?sort=price", ["不锈钢锅", "羊毛毯", "羊毛被"]),
        ("?sort=-price", ["羊毛被", "羊毛毯", "不锈钢锅"]),
        ("?sort=-created", ["羊毛毯", "不锈钢锅", "羊毛被"]),
        ("?min_price=2000", ["羊毛毯", "羊毛被"]),
        ("?max_price=1999", ["不锈钢锅"]),
        ("?min_price=2000&max_price=2000", ["羊毛毯"]),
        ("?keyword=羊毛被", ["羊毛被", "羊毛毯"]),
        ("?keyword=羊毛&sort=price", ["羊毛毯", "羊毛被"]),
        ("?keyword=羊毛被&sort=price", ["羊毛被"]),
        ("?keyword=火箭", []),
        ("?keyword=", ["不锈钢锅", "羊毛毯", "羊毛被"]),
    ],
)
def test_lists_are_sorted_and_narrowed(api, three, sort, expected):
    assert titles(api, sort) == expected


def test_a_category_includes_what_is_below_it(api, three):
    keys = dict(Category.objects.values_list("name", "key"))
    assert titles(api, f"?category={keys['居家']}") == ["羊毛毯", "羊毛被"]
    assert titles(api, f"?category={keys['毯']}") == ["羊毛毯"]
    assert titles(api, f"?category={keys['居家']}&keyword=锅") == []


def test_pages_follow_each_other(api, three):
    first = get(api, "products?page_size=2&sort=price&keyword=")
    assert (first["count"], len(first["results"])) == (3, 2)
    assert first["next"] == "/api/v1/products?page_size=2&sort=price&keyword=&page=2"
    second = json.loads(api.get(first["next"]).content)
    assert (second["next"], [row["title"] for row in second["results"]]) == (None, ["羊毛被"])
    assert get(api, "products?page=9") == {"count": 3, "next": None, "results": []}


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ("sort=sales", "sort"),
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=１", "page"),
        ("page=-1", "page"),
        ("page=1.0", "page"),
        ("page=99999999999999999999", "page"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("min_price=-1", "min_price"),
        ("min_price=1.5", "min_price"),
        ("max_price=abc", "max_price"),
        ("max_price=99999999999999999999999", "max_price"),
        ("min_price=2&max_price=1", "max_price"),
        ("category=unknown", "category"),
        ("keyword=" + "x" * 101, "keyword"),
        ("keyword=%00", "keyword"),
    ],
)
def test_wrong_parameters_are_named(api, three, parameters, field):
    answer = get(api, f"products?{parameters}", 422)
    assert (answer["code"], list(answer["detail"])) == ("invalid", [field])


def test_a_list_takes_three_queries_at_most(api, three):
    key = Category.objects.get(name="居家").key
    for parameters in ("", "?page_size=1", f"?category={key}&sort=price&min_price=1"):
        assert len(queries(api, f"products{parameters}")) <= 3


def test_a_search_takes_three_queries_more_for_what_its_words_mean(api, three, monkeypatch):
    monkeypatch.setattr("shop.storefront.api.searched", lambda text, found: None)  # counts when the answer has left
    key = Category.objects.get(name="居家").key
    for parameters in ("keyword=羊毛", f"category={key}&keyword=羊毛&sort=price&min_price=1", "keyword=保暖 被子"):
        assert (
            len(queries(api, f"products?{parameters}")) <= 6
        )  # two for the words, one that finds; while the catalogue stays they are kept


def test_hidden_products_are_nowhere(api, three):
    set_shelf(three[0], on_shelf=False)
    archive_product(three[1])
    assert titles(api) == ["羊毛毯"]
    for hidden in (three[0].key, three[1].key, "unknown", "x" * 500):
        for path in ("", "/stock", "/reviews"):
            assert get(api, f"products/{hidden}{path}", 404)["code"] == "not_found"
    home = get(api, "home")
    assert [row["title"] for row in home["hot"]] == ["羊毛毯"]


def test_a_product_shows_everything(api, shop):
    saved = product(
        "A",
        "羊毛被",
        brand="罗莱",
        unit="床",
        detail_html="<p>好</p>",
        skus=(sku("A1", 3000, 颜色="红", 尺码="L"), sku("A2", 2000, 颜色="白", 尺码="L")),
        attributes={"材质": "羊毛"},
    )
    picture = add_picture(saved, made())
    first, second = saved.skus.all()
    set_on_hand({first.pk: 5, second.pk: 0}, kind="ADJUST", ref="t", actor="t")
    detail = get(api, f"products/{saved.key}")
    assert detail == {
        "key": saved.key,
        "title": "羊毛被",
        "subtitle": "",
        "price": 2000,
        "list_price": 0,
        "cover": f"/media/{picture.name}",
        "sales": 0,
        "sold_out": False,
        "reviews": {"count": 0, "average": None},
        "category": {"key": saved.category.key, "name": "被枕"},
        "brand": "罗莱",
        "brand_info": {"key": saved.brand.key, "name": "罗莱", "story": "", "logo": "", "qualifications": []},
        "kind": "GOODS",
        "limits": {"least_per_order": 1, "most_per_order": None, "most_per_member": None},
        "form": [],
        "tags": [],
        "guarantees": [],
        "video": "",
        "related": [],
        "unit": "床",
        "options": [{"name": "颜色", "values": ["红", "白"]}, {"name": "尺码", "values": ["L"]}],
        "attributes": [{"name": "材质", "value": "羊毛"}],
        "images": [f"/media/{picture.name}"],
        "pictures": [
            {
                **dict.fromkeys(("large", "medium", "small", "jpeg"), f"/media/{picture.name}"),
                "width": 40,
                "height": 20,
            }
        ],
        "detail_html": "<p>好</p>",
        "skus": [
            {
                "key": first.key,
                "code": "A1",
                "options": {"颜色": "红", "尺码": "L"},
                "price": 3000,
                "list_price": 0,
                "sold_out": False,
                "picture": "",
            },
            {
                "key": second.key,
                "code": "A2",
                "options": {"颜色": "白", "尺码": "L"},
                "price": 2000,
                "list_price": 0,
                "sold_out": True,
                "picture": "",
            },
        ],
    }
    assert list(detail["skus"][0]["options"]) == ["颜色", "尺码"]


def test_stock_counts_what_may_still_be_sold(api, shop):
    saved = product("A", skus=(sku("A1", 颜色="红"), sku("A2", 颜色="白")))
    first, second = saved.skus.all()
    set_on_hand({first.pk: 5}, kind="ADJUST", ref="t", actor="t")
    StockItem.objects.filter(sku=first).update(reserved=1, safety=1)
    assert get(api, f"products/{saved.key}/stock") == [
        {"sku": first.key, "available": 3},
        {"sku": second.key, "available": 0},
    ]


def test_reviews_come_newest_first_and_by_page(api, shop):
    saved = product()
    for day in (1, 3, 2):
        Review.objects.create(product=saved, content=f"第{day}天", created_at=f"2024-01-0{day}T00:00:00Z")
    Review.objects.create(product=saved, content="藏", state="HIDDEN")
    page = get(api, f"products/{saved.key}/reviews?page_size=2")
    assert (page["count"], [row["content"] for row in page["results"]]) == (3, ["第3天", "第2天"])
    assert page["results"][0] == {
        "key": page["results"][0]["key"],
        "author": "匿名",
        "score": None,
        "content": "第3天",
        "options": "",
        "tags": [],
        "pictures": [],
        "reply": "",
        "replied_at": None,
        "addition": None,
        "created_at": "2024-01-03T08:00:00+08:00",
    }
    assert page["next"] == f"/api/v1/products/{saved.key}/reviews?page_size=2&page=2"
    assert "page" in get(api, f"products/{saved.key}/reviews?page=0", 422)["detail"]


def test_categories_form_a_tree_without_hidden_branches(api, shop):
    category("居家/被枕")
    category("居家/夏凉")
    hidden = category("暗/下")
    save_category(CategoryDraft(name="暗", is_shown=False), hidden.parent)
    tree = get(api, "categories")
    assert len(queries(api, "categories")) == 1
    assert [(node["name"], [child["name"] for child in node["children"]]) for node in tree] == [
        ("居家", ["被枕", "夏凉"])
    ]
    assert sorted(tree[0]) == ["children", "key", "name", "picture", "tagline"]


def test_bootstrap_tells_about_the_shop(api, shop):
    ShopSettings.objects.update(notice="春节不打烊", service_phone="400-1")
    found = get(api, "bootstrap")
    assert found == {
        "shop": {"name": shop.name, "key": shop.key},
        "notice": "春节不打烊",
        "service_phone": "400-1",
        "logo": "",
        "theme_colour": "#15803d",
        "agreements": [
            {"kind": kind, "title": title, "updated_at": found["agreements"][place]["updated_at"]}
            for place, (kind, title) in enumerate([("user", "用户协议"), ("privacy", "隐私政策")])
        ],
        "orders": {"pay_minutes": 30, "auto_receive_days": 10, "after_sale_days": 7, "most_unpaid": 5},
        "members": {"phone_login": True},
        "stock_socket": f"ws://127.0.0.1:8000/s/{shop.key}/ws/stock",
    }


def test_the_front_page_is_never_empty_and_takes_few_queries(api, three):
    Product.objects.filter(code="A").update(is_hot=True)
    Product.objects.filter(code="B").update(is_new=True)
    home = get(api, "home")
    assert len(queries(api, "home")) <= 5
    assert [row["name"] for row in home["categories"]] == ["居家", "餐厨"]
    assert [row["title"] for row in home["hot"]] == ["羊毛被", "不锈钢锅", "羊毛毯"]
    assert [row["title"] for row in home["new"]] == ["不锈钢锅", "羊毛毯", "羊毛被"]


def test_a_stale_token_does_not_lock_anybody_out(api, three):
    assert api.get(f"{ROOT}/products", token="expired").status_code == 200


def test_another_shop_shows_nothing_of_this_one(three, other_shop):
    with using_shop(None):
        elsewhere = Api(other_shop.host)
        assert get(elsewhere, "products")["count"] == 0
        assert get(elsewhere, f"products/{three[0].key}", 404)["code"] == "not_found"


def test_the_shared_host_serves_the_same(api, shop, three):
    response = api.get(f"/s/{shop.key}{ROOT}/products?page_size=2", HTTP_HOST="127.0.0.1")
    page = json.loads(response.content)
    assert page["count"] == 3
    assert page["next"] == f"/s/{shop.key}{ROOT}/products?page_size=2&page=2"


def test_the_schema_describes_every_endpoint(api, shop):
    response = api.get("/api/schema?format=json")
    paths = json.loads(response.content)["paths"] if response["Content-Type"].endswith("json") else None
    text = response.content.decode()
    for path in ("bootstrap", "home", "categories", "products", "products/{key}", "products/{key}/stock"):
        assert f"/api/v1/{path}" in (paths or text)
    assert "ProductDetail" in text
    assert "min_price" in text
