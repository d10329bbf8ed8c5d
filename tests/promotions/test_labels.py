"""What lists of products tell of activities."""

from urllib.parse import urlencode

import pytest

from shop.catalog.models import SKU, Category, Product
from shop.inventory.services import set_on_hand
from tests.conftest import body
from tests.factories import make_sku
from tests.promotions.activities import end_now, make_activity, paid

LABELS = "/api/v1/activities/labels"


@pytest.fixture
def goods(shop):
    """Cup and pot below 茶, a lamp beside them: title → SKU."""
    made = {title: make_sku(price=price) for title, price in (("杯", 1_000), ("壶", 3_000), ("灯", 2_000))}
    tea = Category.objects.create(name="茶")
    for title, sku in made.items():
        sku.product.category = tea if title != "灯" else sku.product.category
        sku.product.save()
    return made


def labels(api, goods):
    """Title → (tools, price, normal price)."""
    keys = ",".join(sku.product.key for sku in goods.values())
    answer = api.get(f"{LABELS}?{urlencode({'products': keys})}")
    assert answer.status_code == 200, answer.content
    titles = {sku.product.key: title for title, sku in goods.items()}
    return {titles[row["product"]]: (row["tools"], row["price"], row["normal_price"]) for row in body(answer)}


def test_goods_tell_what_runs_for_them_and_what_they_cost_now(api, goods):
    make_activity(items=[(goods["杯"], {"price": 900}), (goods["壶"], {"details": {"discount_bp": 1_001}})])
    make_activity("group_buy", items=[(goods["壶"], {"price": 10})], rule={"sizes": [2]})
    scope = {"all": False, "categories": [goods["杯"].product.category_id], "without": [goods["壶"].product_id]}
    make_activity("full_reduction", rule={"tiers": [{"threshold": 100, "minus": 10}]}, scope=scope)
    assert labels(api, goods) == {
        "杯": (["limited_discount", "full_reduction"], 900, 1_000),
        "壶": (["group_buy", "limited_discount"], 2_700, 3_000),
    }


def test_what_costs_less_only_when_asked_for_keeps_its_price_in_lists(api, goods):
    make_activity("group_buy", items=[(goods["灯"], {"price": 1_500})], rule={"sizes": [2]})
    make_activity(items=[(goods["灯"], {"price": 2_500})])  # dearer than it is now: nobody pays that
    assert labels(api, goods) == {"灯": (["group_buy", "limited_discount"], None, None)}


def test_what_names_a_product_is_told_before_what_is_for_many(api, goods):
    rule = {"threshold": 100, "tiers": [{"threshold": 100, "minus": 10}]}
    for tool in ("full_reduction", "add_on"):
        make_activity(tool, rule=rule, scope={"all": True}, items=[(goods["灯"], {"price": 5})] * (tool == "add_on"))
    make_activity(items=[(goods["杯"], {"price": 900})])
    assert labels(api, goods) == {
        "杯": (["limited_discount", "add_on", "full_reduction"], 900, 1_000),
        "壶": (["add_on", "full_reduction"], None, None),
        "灯": (["add_on", "full_reduction"], None, None),
    }


def test_the_cheapest_sku_counts_and_only_those_that_are_sold(api, goods):
    pot = goods["壶"]
    small = SKU.objects.create(product=pot.product, code="small", options={"规格": "小"}, price=1_800)
    old = SKU.objects.create(product=pot.product, code="old", options={"规格": "旧"}, price=900)
    set_on_hand({small.pk: 5, old.pk: 5}, kind="IMPORT", ref="old", actor="test")
    make_activity(items=[(pot, {"price": 2_000}), (small, {"price": 1_700}), (old, {"price": 100})])
    SKU.objects.filter(pk=old.pk).update(archived_at="2026-01-01T00:00Z")
    assert labels(api, goods) == {"壶": (["limited_discount"], 1_700, 1_800)}


def test_a_session_that_is_sold_out_is_not_told(api, goods, member):
    session = make_activity("flash_sale", items=[(goods["杯"], {"price": 500, "units": 1})], has_stock=True)
    assert labels(api, goods) == {"杯": (["flash_sale"], None, None)}
    paid(member, (goods["杯"], 1), activity=session)
    assert labels(api, goods) == {}


def test_what_is_not_running_or_not_for_sale_is_not_told(api, goods):
    make_activity(items=[(goods["杯"], {"price": 1})], begins=60)
    make_activity(items=[(goods["杯"], {"price": 1})], published=False)
    end_now(make_activity(items=[(goods["杯"], {"price": 1})]))
    make_activity(items=[(goods["灯"], {"price": 1})])
    Product.objects.filter(pk=goods["灯"].product_id).update(is_on_shelf=False)
    assert labels(api, goods) == {}


def test_labels_of_a_long_list_take_few_queries(api, goods, django_assert_max_num_queries):
    make_activity(items=[(sku, {"price": 1}) for sku in goods.values()])
    for _ in range(3):
        make_activity("full_reduction", rule={"tiers": [{"threshold": 1, "minus": 1}]}, scope={"all": True})
    labels(api, goods)
    with django_assert_max_num_queries(5):
        assert len(labels(api, goods)) == 3


@pytest.mark.parametrize("asked", ["", "?products=", f"?products={'k,' * 100}k", f"?products={'k' * 1_701}"])
def test_too_many_products_or_none_are_refused(api, shop, asked):
    assert api.get(f"{LABELS}{asked}").status_code == 422


def test_unknown_products_are_not_told(api, shop):
    answer = api.get(f"{LABELS}?{urlencode({'products': 'unknown,,壶'})}")
    assert (answer.status_code, body(answer)) == (200, [])
