"""Who asks in English is answered in English."""

import re

import pytest
from django.utils import translation

from shop.catalog.models import Product
from shop.inventory.services import set_on_hand
from tenants import gate, registry
from tenants.error_pages import server_error
from tenants.management.commands.messages import CHINESE
from tenants.models import Tenant
from tests import factories
from tests.client import Api

pytest_plugins = ["tests.shop.members"]

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
SITE = "weipu.test"


def chinese_in(response):
    text = response.content.decode()
    return CHINESE.findall(re.sub(r'<a [^>]*hreflang="zh-CN">中文</a>', "", text))


@pytest.fixture
def site(db):
    registry.forget()
    return Api(SITE, **ENGLISH)


@pytest.mark.parametrize("path", ["/", "/signup", "/signup/sent", "/terms", "/nothing"])
def test_the_platforms_pages_speak_english(site, path):
    response = site.get(path)
    assert '<html lang="en">' in response.content.decode()
    assert chinese_in(response) == []
    assert chinese_in(Api(SITE).get(path)) != []


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/signup", ""),
        ("/signup", "name=+&slug=A&contact=nobody&password=12345678&code=12"),
        ("/signup", "name=Lin&slug=admin&contact=lin@example.com&password=1234567890&code=123456&agree=on"),
        ("/signup", "name=Lin&slug=alpha&contact=lin@example.com&password=lin@example.com&code=123456&agree=on"),
        ("/signup", "name=Lin&slug=lin-tea&contact=lin@example.com&password=Lychee-2026-ok&code=123456&agree=on"),
        ("/signup/code", "contact=nobody"),
        ("/signup/code", "contact=lin@example.com"),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_signing_up_answers_in_english(site, path, typed, accept):
    form = "application/x-www-form-urlencoded"
    response = site.generic("POST", path, typed, form, HTTP_HOST=SITE, HTTP_ACCEPT=accept)
    assert response.status_code in {200, 422}
    assert chinese_in(response) == []


@pytest.mark.parametrize("slug", ["A", "admin", "alpha", "lin-tea"])
def test_the_look_up_of_addresses_answers_in_english(site, slug):
    response = site.get(f"/signup/slug?slug={slug}")
    assert response.json()["message"]
    assert chinese_in(response) == []


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize("state", sorted(gate.REFUSALS))
def test_the_gate_refuses_in_english(shops, state, accept):
    Tenant.objects.filter(uuid=shops["alpha"].uuid).update(state=state)
    registry.forget()
    response = Api(shops["alpha"].host, **ENGLISH).post("/api/v1/orders", json={}, HTTP_ACCEPT=accept)
    assert response.status_code == gate.REFUSALS[state][1]
    assert chinese_in(response) == []


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_unknown_shops_pages_and_failures_are_told_in_english(shop, rf, accept):
    told = [
        Api("nobody.weipu.test", **ENGLISH).get("/", HTTP_ACCEPT=accept),
        Api(shop.host, **ENGLISH).get("/nothing", HTTP_ACCEPT=accept),
        Api(shop.host, **ENGLISH).get("/a\0b", HTTP_ACCEPT=accept),
    ]
    with translation.override("en"):
        told.append(server_error(rf.get("/", HTTP_ACCEPT=accept)))
    assert [response.status_code for response in told] == [404, 404, 404, 500]
    assert [chinese_in(response) for response in told] == [[], [], [], []]


def bad_requests(member, sku, order):
    """Requests that shoppers' clients get wrong: method, path and arguments of `Api.call`."""
    item = {"sku": sku.key, "quantity": 1}
    key, token = "k" * 32, member.token
    address = {"name": "", "phone": "1", "province": "a" * 99, "city": "", "district": "", "detail": ""}
    return [
        ("GET", "me", {}),
        ("GET", "me", {"token": "x"}),
        ("PATCH", "me", {"token": token, "json_body": {"nickname": "a\nb", "avatar": "javascript:"}}),
        ("POST", "auth/wechat-login", {"json_body": {}}),
        ("POST", "auth/wechat-login", {"json_body": {"code": "bad"}}),
        ("POST", "auth/wechat-login", {"json_body": [1]}),
        ("DELETE", "home", {}),
        ("GET", "products/nothing", {}),
        ("GET", "products?page=0", {}),
        ("GET", "products?category=nothing", {}),
        ("GET", "products?min_price=9&max_price=1", {}),
        ("GET", "products?sort=x&min_price=x&page_size=1000", {}),
        ("POST", "cart/items", {"token": token, "json_body": {}}),
        ("POST", "cart/items", {"token": token, "json_body": {"sku": "nothing", "quantity": 1}}),
        ("POST", "cart/items", {"token": token, "json_body": {**item, "quantity": 100_000}}),
        ("PATCH", "cart/items/nothing", {"token": token, "json_body": {"quantity": 1}}),
        ("POST", "addresses", {"token": token, "json_body": address}),
        ("GET", "addresses/nothing", {"token": token}),
        ("POST", "checkout/preview", {"token": token, "json_body": {}}),
        ("POST", "checkout/preview", {"token": token, "json_body": {"items": [item], "coupons": ["x"]}}),
        ("POST", "orders", {"token": token, "json_body": {"items": [item]}}),
        ("POST", "orders", {"token": token, "key": key, "json_body": {"items": []}}),
        ("POST", "orders", {"token": token, "key": key + "1", "json_body": {"items": [item], "address": "nothing"}}),
        ("POST", "orders", {"token": token, "key": key + "2", "json_body": {"items": [item], "expected_total": "x"}}),
        ("GET", "orders?status=x", {"token": token}),
        ("GET", "orders/nothing", {"token": token}),
        ("POST", f"orders/{order.number}/receive", {"token": token}),
        ("POST", f"orders/{order.number}/pay", {"token": token, "json_body": {"provider": "wechat"}}),
        ("POST", f"orders/{order.number}/pay", {"token": token, "key": key, "json_body": {"provider": "nobody"}}),
        ("POST", f"orders/{order.number}/pay", {"token": token, "key": key + "3", "json_body": {"provider": "wechat"}}),
    ]


def test_the_api_refuses_in_english(app, shop):
    member, sku = factories.make_member(), factories.make_sku(stock=3)
    order = factories.make_order(member, (sku, 1))
    api = Api(shop.host, **ENGLISH)
    answers = [
        (method, path, api.call(method, f"/api/v1/{path}", **arguments))
        for method, path, arguments in bad_requests(member, sku, order)
    ]
    assert [(method, path) for method, path, answer in answers if not 400 <= answer.status_code < 500] == []
    assert [(method, path) for method, path, answer in answers if not answer.json()["message"]] == []
    assert [(method, path, found) for method, path, answer in answers if (found := chinese_in(answer))] == []


def test_refusals_of_an_order_are_told_in_english(app, shop):
    member, sku = factories.make_member(), factories.make_sku(price=500, stock=3)
    body = {"items": [{"sku": sku.key, "quantity": 2}], "address": factories.make_address(member).key}
    api = Api(shop.host, **ENGLISH)

    def order(key, **changes):
        return api.post("/api/v1/orders", json={**body, **changes}, token=member.token, key=key * 32)

    answers = [order("a", expected_total=1)]
    set_on_hand({sku.pk: 1}, kind="ADJUST", ref="less", actor="test")
    answers.append(order("b"))
    Product.objects.update(is_on_shelf=False)
    answers.append(order("c"))
    assert [answer.json()["code"] for answer in answers] == ["price_changed", "sold_out", "sku_unavailable"]
    assert [chinese_in(answer) for answer in answers] == [[], [], []]
