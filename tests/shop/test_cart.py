"""Carts."""

import functools

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shop.cart import services
from shop.cart.models import CartItem
from shop.catalog.models import SKU, Category, Product
from shop.core.errors import ShopError
from shop.inventory.models import StockItem, StockMove
from shop.inventory.services import set_on_hand
from shop.members.models import Member
from shop.members.services import connect_app
from shop.orders.services import checkout
from tenants.context import using_shop
from tests import factories
from tests.client import Api
from tests.race import Meeting
from tests.shop.members import APPID, at_once, body, log_in, refused

pytest_plugins = ["tests.shop.members"]


def make_sku(code="P1", price=1990, units=10, **options):
    category, _ = Category.objects.get_or_create(name="居家", parent=None)
    product = Product.objects.create(code=code, title=f"商品 {code}", category=category, price=price)
    sku = SKU.objects.create(product=product, code=f"{code}-1", price=price, options=options)
    with transaction.atomic():
        set_on_hand({sku.pk: units}, kind=StockMove.Kind.IMPORT, ref=f"import-{code}", actor="test")
    return sku


def add(api, token, sku, quantity=1):
    return api.post("/api/v1/cart/items", json={"sku": getattr(sku, "key", sku), "quantity": quantity}, token=token)


def lines():
    return list(CartItem.objects.order_by("pk").values_list("sku_id", "quantity", "is_selected"))


def test_adding_makes_a_line_and_adding_again_sums_up(api, app):
    token, sku = log_in(api), make_sku(颜色="红")
    Product.objects.update(cover="x/p/aa/b.webp")
    assert add(api, token, sku, 2).status_code == 201
    answer = add(api, token, sku, 3)
    item = CartItem.objects.get()
    assert body(answer) == {
        "key": item.key,
        "sku": {
            "key": sku.key,
            "code": "P1-1",
            "title": "商品 P1",
            "product_key": sku.product.key,
            "options": {"颜色": "红"},
            "price": 1990,
            "picture": "/media/x/p/aa/b.webp",
        },
        "quantity": 5,
        "is_selected": True,
        "is_available": True,
        "available": 10,
    }


def test_the_cart_shows_today_s_prices_in_three_queries(api, app, django_assert_max_num_queries):
    token = log_in(api)
    skus = [make_sku(f"P{number}", price=100 * number) for number in range(1, 6)]
    for sku in skus:
        add(api, token, sku, 2)
    SKU.objects.filter(pk=skus[0].pk).update(price=7)
    with django_assert_max_num_queries(3):
        cart = body(api.get("/api/v1/cart", token=token))
    assert [item["sku"]["code"] for item in cart["items"]] == ["P5-1", "P4-1", "P3-1", "P2-1", "P1-1"]
    assert (cart["count"], cart["total_selected"]) == (5, 2 * (7 + 200 + 300 + 400 + 500))


def test_lines_that_cannot_be_bought_are_shown_and_not_counted(api, app):
    token, member = log_in(api), Member.objects.get()
    shelved, archived, sold_out, fine = (make_sku(f"P{number}", price=100) for number in range(4))
    for sku in (shelved, archived, sold_out, fine):
        add(api, token, sku)
    Product.objects.filter(pk=shelved.product_id).update(is_on_shelf=False)
    SKU.objects.filter(pk=archived.pk).update(archived_at=timezone.now())
    StockItem.objects.filter(sku=sold_out).update(safety=10)
    cart = body(api.get("/api/v1/cart", token=token))
    assert {item["sku"]["code"]: (item["is_available"], item["available"]) for item in cart["items"]} == {
        "P0-1": (False, 0),
        "P1-1": (False, 0),
        "P2-1": (False, 0),
        "P3-1": (True, 10),
    }
    assert cart["total_selected"] == 100
    assert services.selected(member) == [(fine, 1)]


def test_a_change_sets_quantity_and_selection(api, app):
    token, sku = log_in(api), make_sku()
    key = body(add(api, token, sku))["key"]
    answer = api.patch(f"/api/v1/cart/items/{key}", json={"quantity": 999, "is_selected": False}, token=token)
    assert (body(answer)["quantity"], body(answer)["is_selected"]) == (999, False)
    assert services.selected(Member.objects.get()) == []
    assert body(api.get("/api/v1/cart", token=token))["total_selected"] == 0
    api.patch(f"/api/v1/cart/items/{key}", json={"is_selected": True}, token=token)
    assert services.selected(Member.objects.get()) == [(sku, 999)]


def test_adding_selects_the_line_again(api, app):
    token, sku = log_in(api), make_sku()
    key = body(add(api, token, sku))["key"]
    api.patch(f"/api/v1/cart/items/{key}", json={"is_selected": False}, token=token)
    assert body(add(api, token, sku))["is_selected"] is True


BAD_QUANTITIES = [0, -1, 1.5, 1e3, "1e3", "1", "１２", 10**9, 1000, True, None, [1], ""]


@pytest.mark.parametrize("quantity", BAD_QUANTITIES)
def test_a_quantity_that_is_none_is_named_and_changes_nothing(api, app, quantity):
    token, sku = log_in(api), make_sku()
    assert list(refused(add(api, token, sku, quantity), 422, "invalid")) == ["quantity"]
    assert lines() == []
    key = body(add(api, token, sku, 3))["key"]
    answer = api.patch(f"/api/v1/cart/items/{key}", json={"quantity": quantity, "is_selected": False}, token=token)
    assert list(refused(answer, 422, "invalid")) == ["quantity"]
    assert lines() == [(sku.pk, 3, True)]


def test_an_exponent_in_json_is_no_whole_number(api, app):
    token, sku = log_in(api), make_sku()
    text = f'{{"sku": "{sku.key}", "quantity": 1e3}}'
    answer = api.generic(
        "POST", "/api/v1/cart/items", text, "application/json", HTTP_HOST=api.host, HTTP_AUTHORIZATION=f"Bearer {token}"
    )
    assert list(refused(answer, 422, "invalid")) == ["quantity"]


def test_a_line_holds_999_units_at_most(api, app):
    token, sku = log_in(api), make_sku()
    add(api, token, sku, 990)
    assert list(refused(add(api, token, sku, 10), 422, "invalid")) == ["quantity"]
    assert lines() == [(sku.pk, 990, True)]
    assert body(add(api, token, sku, 9))["quantity"] == 999


def test_a_cart_holds_120_lines_at_most(api, app):
    token, member = log_in(api), Member.objects.get()
    first = make_sku("P0")
    more = [SKU(product=first.product, code=f"S{number}", price=1, options={"n": number}) for number in range(119)]
    for sku in (first, *SKU.objects.bulk_create(more)):
        CartItem.objects.create(member=member, sku=sku, quantity=1)
    late = make_sku("P1")
    refused(add(api, token, late), 409, "cart_full")
    assert CartItem.objects.count() == 120
    assert body(add(api, token, first))["quantity"] == 2


def test_what_is_not_on_sale_is_not_added(api, app):
    token, sku = log_in(api), make_sku()
    for hidden in ({"is_on_shelf": False}, {"is_on_shelf": False, "archived_at": timezone.now()}):
        Product.objects.update(**hidden)
        assert refused(add(api, token, sku), 409, "sku_unavailable") == {"sku": sku.key}
    refused(add(api, token, "nothere"), 404, "not_found")
    assert lines() == []


def test_a_line_that_went_off_sale_keeps_its_quantity_and_can_be_removed(api, app):
    token, sku = log_in(api), make_sku()
    key = body(add(api, token, sku))["key"]
    Product.objects.update(is_on_shelf=False)
    answer = api.patch(f"/api/v1/cart/items/{key}", json={"is_selected": False, "quantity": 2}, token=token)
    refused(answer, 409, "sku_unavailable")
    assert lines() == [(sku.pk, 1, True)]
    assert api.delete(f"/api/v1/cart/items/{key}", token=token).status_code == 204
    refused(api.delete(f"/api/v1/cart/items/{key}", token=token), 404, "not_found")


def test_an_empty_change_is_refused(api, app):
    token = log_in(api)
    key = body(add(api, token, make_sku()))["key"]
    refused(api.patch(f"/api/v1/cart/items/{key}", json={}, token=token), 422, "invalid")


def test_carts_of_others_are_not_there(api, app, other_shop):
    alice, bob, sku = log_in(api), log_in(api, "bob"), make_sku()
    key = body(add(api, alice, sku))["key"]
    refused(api.patch(f"/api/v1/cart/items/{key}", json={"quantity": 9}, token=bob), 404, "not_found")
    refused(api.patch(f"/api/v1/cart/items/{key}", json={"is_selected": False}, token=bob), 404, "not_found")
    refused(api.delete(f"/api/v1/cart/items/{key}", token=bob), 404, "not_found")
    assert body(api.get("/api/v1/cart", token=bob)) == {"items": [], "count": 0, "total_selected": 0, "problems": []}
    with using_shop(other_shop):
        refused(Api(other_shop.host).get("/api/v1/cart", token=alice), 401, "unauthorized")
    refused(api.get("/api/v1/cart"), 401, "unauthorized")
    refused(add(api, None, sku), 401, "unauthorized")
    assert lines() == [(sku.pk, 1, True)]


def test_a_sku_of_another_shop_is_not_there(api, app, other_shop):
    with using_shop(other_shop):
        foreign = make_sku("P9")
    refused(add(api, log_in(api), foreign.key), 404, "not_found")
    assert lines() == []


def test_ordered_lines_are_taken_out(shop):
    member, kept, ordered = Member.objects.create(), make_sku("P1"), make_sku("P2")
    for sku in (kept, ordered):
        services.add_item(member, sku.key, 1)
    services.take(member, {ordered.pk: 1})
    assert lines() == [(kept.pk, 1, True)]


def test_a_line_that_changed_while_it_was_being_ordered_stays(shop):
    member, sku = Member.objects.create(), make_sku()
    services.add_item(member, sku.key, 2)
    with pytest.raises(ShopError, match="cart_changed"), transaction.atomic():
        services.take(member, {sku.pk: 1})
    assert lines() == [(sku.pk, 2, True)]


def test_a_quantity_beyond_the_limit_is_refused_below_the_api_too(shop):
    member, sku = Member.objects.create(), make_sku()
    with pytest.raises(ShopError), transaction.atomic():
        services.add_item(member, sku.key, 1000)
    assert lines() == []


def _parallel_adds(shop, token, sku):
    return at_once(shop, [lambda: add(Api(shop.host), token, sku)] * 8)


@pytest.mark.race
def test_parallel_adds_sum_up(committed_shop, wechatsim):
    connect_app(APPID, "the-secret")
    token, sku = log_in(Api(committed_shop.host)), make_sku()
    assert [answer.status_code for answer in _parallel_adds(committed_shop, token, sku)] == [201] * 8
    assert lines() == [(sku.pk, 8, True)]
    assert [answer.status_code for answer in _parallel_adds(committed_shop, token, sku)] == [201] * 8
    assert lines() == [(sku.pk, 16, True)]


@pytest.mark.race
def test_control_reading_first_and_writing_then_loses_adds(committed_shop, wechatsim, monkeypatch):
    looked = []

    def naive(member, sku, quantity):
        line = CartItem.objects.of(member).get(sku=sku)
        looked[-1].wait()
        CartItem.objects.filter(pk=line.pk).update(quantity=line.quantity + quantity)
        return True

    connect_app(APPID, "the-secret")
    token, sku = log_in(Api(committed_shop.host)), make_sku()
    add(Api(committed_shop.host), token, sku)
    monkeypatch.setattr(services, "_add_to_line", naive)
    for _ in range(3):
        before = lines()[0][1]
        looked.append(Meeting())
        _parallel_adds(committed_shop, token, sku)
        assert lines()[0][1] < before + 8


@pytest.mark.race
def test_parallel_adds_never_pass_the_limits(committed_shop, wechatsim):
    connect_app(APPID, "the-secret")
    token, sku = log_in(Api(committed_shop.host)), make_sku()
    add(Api(committed_shop.host), token, sku, 100)
    CartItem.objects.update(quantity=F("quantity") + 895)
    statuses = sorted(answer.status_code for answer in _parallel_adds(committed_shop, token, sku))
    assert statuses == [201] * 4 + [422] * 4
    assert lines() == [(sku.pk, 999, True)]


def _parallel_checkouts(shop, monkeypatch):
    """(status, code) of four checkouts of one cart, each with a key of its own; all see the full cart first."""
    real, seen = checkout.preview, Meeting(4)

    def slow(member, request):
        basket = real(member, request)
        seen.wait()
        return basket

    monkeypatch.setattr(checkout, "preview", slow)
    member, sku = factories.make_member(), make_sku(units=100)
    address = factories.make_address(member)
    services.add_item(member, sku.key, 1)
    wanted = {"cart": True, "address": address.key}

    def order(number):
        return Api(shop.host).post("/api/v1/orders", wanted, token=member.token, key=f"k{number}")

    answers = at_once(shop, [functools.partial(order, number) for number in range(4)])
    return sorted((answer.status_code, body(answer).get("code", "")) for answer in answers)


@pytest.mark.race
def test_one_cart_is_ordered_once(committed_shop, monkeypatch):
    assert _parallel_checkouts(committed_shop, monkeypatch) == [(201, "")] + [(409, "cart_changed")] * 3
    assert lines() == []


@pytest.mark.race
def test_control_only_removing_the_lines_orders_one_cart_several_times(committed_shop, monkeypatch):
    def naive(member, quantities):
        CartItem.objects.of(member).filter(sku__in=list(quantities)).delete()

    monkeypatch.setattr(services, "take", naive)
    assert _parallel_checkouts(committed_shop, monkeypatch).count((201, "")) > 1
