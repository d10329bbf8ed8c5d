"""Lists narrowed to what a promotion is for."""

from urllib.parse import urlencode

import pytest

from shop.catalog.models import Category
from tests.conftest import body
from tests.factories import make_sku
from tests.promotions.activities import end_now, make_activity
from tests.promotions.coupons import hold, make_template

PRODUCTS = "/api/v1/products"


@pytest.fixture
def goods(shop):
    """Cup and pot below 茶, a lamp beside them: title → SKU."""
    made = {title: make_sku(price=price) for title, price in (("杯", 1_000), ("壶", 3_000), ("灯", 2_000))}
    tea = Category.objects.create(name="茶", parent=Category.objects.create(name="食饮"))
    for title, sku in made.items():
        sku.product.title = title
        sku.product.category = tea if title != "灯" else sku.product.category
        sku.product.save()
    return made


def titles(api, key, **more):
    answer = api.get(f"{PRODUCTS}?{urlencode({'promotion': key, 'sort': 'price', **more})}")
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in body(answer)["results"]]


def reduction(**scope):
    rule = {"tiers": [{"threshold": 10_000, "minus": 1_000}]}
    return make_activity("full_reduction", rule=rule, scope={"all": False, **scope}).key


def test_a_list_holds_what_an_activity_is_for(api, goods):
    above = Category.objects.get(name="食饮")
    assert titles(api, reduction(categories=[above.pk])) == ["杯", "壶"]
    assert titles(api, reduction(categories=[above.pk], without=[goods["杯"].product_id])) == ["壶"]
    assert titles(api, reduction(products=[goods["灯"].product_id, goods["杯"].product_id])) == ["杯", "灯"]
    assert titles(api, reduction(all=True, without=[goods["壶"].product_id])) == ["杯", "灯"]
    named = make_activity(items=[(goods["壶"], {"price": 2_500})])
    assert titles(api, named.key) == ["壶"]
    assert titles(api, make_activity(items=[(goods["灯"], {"price": 1})], begins=60).key) == ["灯"]


def test_such_a_list_is_narrowed_and_counted_like_any_other(api, goods):
    key = reduction(products=[sku.product_id for title, sku in goods.items() if title != "杯"])
    assert titles(api, key, max_price=2_500) == ["灯"]
    assert titles(api, key, page=2, page_size=1) == ["壶"]
    facets = body(api.get(f"{PRODUCTS}/facets?promotion={key}"))
    assert sum(each["count"] for each in facets["prices"]) == 2
    assert f"promotion={key}" in body(api.get(f"{PRODUCTS}?promotion={key}&page_size=1"))["next"]


def test_a_list_holds_what_a_coupon_is_for_by_its_own_key_and_by_its_template(api, goods, member):
    template = make_template(scope={"all": False, "products": [goods["杯"].product_id]})
    coupon = hold(member, template)
    assert titles(api, coupon.key) == titles(api, template.key) == ["杯"]
    assert titles(api, make_template().key) == ["杯", "灯", "壶"]
    assert titles(api, hold(member, make_template(scope={"all": True})).key) == ["杯", "灯", "壶"]


def test_what_is_over_a_draft_or_unknown_is_told_so(api, goods):
    over = make_activity(items=[(goods["杯"], {"price": 1})])
    end_now(over)
    draft = make_activity(items=[(goods["杯"], {"price": 1})], published=False)
    for key in (over.key, draft.key, make_template(published=False).key, "nothing"):
        for path in (PRODUCTS, f"{PRODUCTS}/facets"):
            answer = api.get(f"{path}?promotion={key}")
            assert (answer.status_code, body(answer)["code"]) == (404, "not_found")
