"""What is recommended beside a product and a cart."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from shop.cart.services import add_item
from shop.catalog.models import Category, Product
from shop.catalog.services import set_shelf
from shop.inventory.services import set_on_hand
from shop.orders import services as orders
from shop.orders.models import Order
from shop.recommendations import services
from shop.recommendations.models import BoughtTogether
from shop.recommendations.receivers import on_order_paid
from shop.storefront.keeping import canonical_query
from tenants.due import Again
from tenants.models import Due
from tests.factories import broken, make_member, make_order, make_sku
from tests.shop.members import body, refused

DAY = timedelta(days=1)


def paid(*skus, copies=1):
    """A paid order that recommendations heard of."""
    placed = make_order(make_member(), *[(sku, 1) for sku in skus])
    orders.mark_paid(placed, placed.total)
    for _copy in range(copies):
        on_order_paid(SimpleNamespace(ref=placed.number))
    return placed


def planned():
    return Due.objects.filter(kind="recommendations.renew")


def count():
    """Do what is planned, and forget the plan, as the worker does."""
    for row in planned():
        assert services.renew(row.ref) is None
        row.delete()


def pairs():
    rows = BoughtTogether.objects.values_list("product", "other", "orders")
    return {(product, other): times for product, other, times in rows}


def beside(api, sku):
    response = api.get(f"/api/v1/products/{sku.product.key}/recommendations")
    assert response.status_code == 200, response.content
    return [row["key"] for row in body(response)]


def keys(*skus):
    return [sku.product.key for sku in skus]


def elsewhere(sku):
    """Move the product to another category."""
    other, _ = Category.objects.get_or_create(parent=None, name="茶")
    Product.objects.filter(pk=sku.product_id).update(category=other)
    return sku


def test_a_paid_order_counts_once_however_often_it_is_told(shop):
    one, two = make_sku(), make_sku()
    paid(one, two, copies=3)
    assert {row.ref.partition(":")[0] for row in planned()} == {str(one.product_id), str(two.product_id)}
    for _again in range(2):
        for row in planned():
            services.renew(row.ref)
    expected = {(one.product_id, two.product_id): 1, (two.product_id, one.product_id): 1}
    assert pairs() == expected and "I34" not in broken()
    paid(one, two)
    count()
    assert set(pairs().values()) == {2} and "I34" not in broken()


def test_an_order_of_one_product_plans_nothing(shop):
    paid(make_sku())
    assert not planned().exists()


def test_what_was_cancelled_or_is_too_old_does_not_count(shop):
    one, two = make_sku(), make_sku()
    old, cancelled, kept = paid(one, two), paid(one, two), paid(one, two)
    Order.objects.filter(pk=old.pk).update(paid_at=timezone.now() - 181 * DAY)
    Order.objects.filter(pk=cancelled.pk).update(state="CANCELLED")
    count()
    assert set(pairs().values()) == {1}
    [first, _second] = Due.objects.filter(kind="recommendations.forget")
    assert 179 * DAY < first.run_at - timezone.now() < 181 * DAY
    assert isinstance(services.forget_old(str(one.product_id)), Again)
    Order.objects.filter(pk=kept.pk).update(paid_at=timezone.now() - 181 * DAY)
    for sku in (one, two):
        assert services.forget_old(str(sku.product_id)) is None
    assert pairs() == {}


def test_twenty_products_are_kept_the_most_frequent_first(shop):
    one, others = make_sku(stock=100), [make_sku(stock=100) for _ in range(21)]
    paid(one, *others)
    paid(one, *others[1:])
    count()
    kept = BoughtTogether.objects.filter(product=one.product_id)
    assert {row.other_id for row in kept} == {sku.product_id for sku in others[1:]}
    assert {row.orders for row in kept} == {2}


def test_what_is_bought_together_comes_before_what_sells_in_the_category(api, shop):
    one, often, seldom = make_sku(), elsewhere(make_sku()), elsewhere(make_sku())
    same, foreign = make_sku(), elsewhere(make_sku())
    Product.objects.filter(pk=same.product_id).update(sales=99)
    paid(one, often, seldom)
    paid(one, often)
    count()
    assert beside(api, one) == keys(often, seldom, same)
    assert beside(api, same) == keys(one)
    assert set(beside(api, foreign)) == set(keys(often, seldom))


def test_sold_out_and_gone_products_are_never_recommended(api, shop):
    one, gone, empty, left = make_sku(), make_sku(), make_sku(), make_sku()
    paid(one, gone, empty, left)
    count()
    set_shelf(gone.product, on_shelf=False)
    set_on_hand({empty.pk: 0}, kind="IMPORT", ref="sold", actor="test")
    assert beside(api, one) == keys(left)
    refused(api.get(f"/api/v1/products/{gone.product.key}/recommendations"), 404, "not_found")


def test_at_most_ten_rows_like_those_of_the_list(api, shop):
    one = make_sku()
    for _ in range(11):
        make_sku()
    rows = body(api.get(f"/api/v1/products/{one.product.key}/recommendations"))
    listed = {row["key"]: row for row in body(api.get("/api/v1/products"))["results"]}
    assert len(rows) == 10 and all(row == listed[row["key"]] for row in rows)


def test_the_cart_adds_up_what_its_products_are_bought_with(api, shop):
    one, two = make_sku(), make_sku()
    both, single = elsewhere(make_sku()), elsewhere(make_sku())
    for order in ((one, both), (two, both), (one, single)):
        paid(*order)
    count()
    member = make_member()
    add_item(member, one.key, 1)
    add_item(member, two.key, 1)
    rows = body(api.get("/api/v1/cart/recommendations", token=member.token))
    assert [row["key"] for row in rows] == keys(both, single)
    refused(api.get("/api/v1/cart/recommendations"), 401, "unauthorized")


def test_an_empty_cart_is_shown_the_best_sellers(api, shop):
    seldom, often = make_sku(), make_sku()
    Product.objects.filter(pk=often.product_id).update(sales=9)
    rows = body(api.get("/api/v1/cart/recommendations", token=make_member().token))
    assert [row["key"] for row in rows] == keys(often, seldom)


def test_only_a_changed_count_makes_kept_answers_stale(shop, monkeypatch):
    told = []
    monkeypatch.setattr(services, "catalogue_changed", lambda: told.append(1))
    one, two = make_sku(), make_sku()
    paid(one, two)
    refs = list(planned().values_list("ref", flat=True))
    for _again in range(2):
        for ref in refs:
            services.renew(ref)
    assert len(told) == 2


def test_the_answer_beside_a_product_is_kept_and_the_carts_is_not():
    assert canonical_query("/api/v1/products/abc/recommendations", "x=1") == ""
    assert canonical_query("/api/v1/cart/recommendations", "") is None
    assert canonical_query("/api/v1/products/abc/stock", "") is None


def test_the_audit_notices_what_is_wrong(shop):
    one, two = make_sku(), make_sku()
    row = BoughtTogether.objects.create(product=one.product, other=two.product, orders=1)
    assert broken() == {"I34": 2}
    row.delete()
    assert services.renew("999999999:1") is None


@pytest.mark.parametrize("seconds", [0, 599])
def test_a_round_is_counted_after_its_end(shop, monkeypatch, seconds):
    start = 600 * 3_000_000
    moment = timezone.datetime.fromtimestamp(start + seconds, tz=timezone.get_default_timezone())
    waits = []
    monkeypatch.setattr(timezone, "now", lambda: moment)
    monkeypatch.setattr(services.due, "schedule", lambda kind, ref, after: waits.append((ref, after)))
    services.plan([7])
    assert waits == [("7:3000000", timedelta(seconds=660 - seconds))]
