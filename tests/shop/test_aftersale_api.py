"""After-sales by the shoppers' API."""
# ruff: noqa: F811

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from shop.aftersale import services
from shop.aftersale.models import AfterSale, AfterSalePicture
from shop.core.models import IdempotencyRecord
from shop.library.models import Asset
from shop.library.services import remove_assets, store_picture
from tests.factories import broken, make_member, make_order, make_sku
from tests.payments.conftest import money, paysim  # noqa: F401
from tests.shop.after_sales import ask, bought, held
from tests.shop.members import body, refused

PATH = "/api/v1/after-sales"


@pytest.fixture
def member(shop):
    return make_member()


@pytest.fixture
def order(money, member):
    return bought(money, (make_sku(price=1000, title="杯子"), 3), member=member)


def post(api, member, order, key="k1", **data):
    asked = {"order": order.number, "lines": [{"line": 1, "quantity": 2}], "reason": "BROKEN", **data}
    return api.post(PATH, json=asked, token=member.token, key=key)


def picture(owner, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    data = io.BytesIO()
    Image.new("RGB", (60, 40), "#c96").save(data, "PNG")
    return store_picture(ContentFile(data.getvalue(), name="a.png"), actor="test", owner=owner)


def units_left(api, member, order):
    lines = body(api.get(f"/api/v1/orders/{order.number}", token=member.token))["lines"]
    return {line["line"]: line["after_sale_units"] for line in lines}


def test_a_shopper_asks_units_back_and_looks_at_it(api, member, order, settings, tmp_path):
    asset = picture(member.key, settings, tmp_path)
    assert units_left(api, member, order) == {1: 3}
    answer = post(api, member, order, description=" 碎了两个 ", pictures=[asset.key])
    made = body(answer)
    assert answer.status_code == 201
    assert (made["state"], made["amount"], made["freight"]) == ("APPLIED", 2000, 0)
    assert (made["order"], made["description"], made["pictures"]) == (order.number, "碎了两个", [asset.url()])
    sku = order.lines.get().sku
    assert made["lines"] == [
        {
            "line": 1,
            "sku": sku.key,
            "title": "杯子",
            "options": "标准",
            "picture": "",
            "quantity": 2,
            "amount": 2000,
        }
    ]
    assert units_left(api, member, order) == {1: 1}
    assert body(api.get(f"{PATH}/{made['number']}", token=member.token)) == made
    assert body(api.get(PATH, token=member.token)) == {"count": 1, "next": None, "results": [made]}
    assert remove_assets([asset.pk]) == []
    assert broken() == {}


def test_the_same_key_asks_once(api, member, order):
    first, again = post(api, member, order), post(api, member, order)
    assert (first.status_code, again.status_code) == (201, 201)
    assert body(first)["number"] == body(again)["number"]
    assert (AfterSale.objects.count(), held(order)) == (1, (2, 2000, 0))
    refused(post(api, member, order, key=None), 422, "idempotency_key_required")
    refused(post(api, member, order, reason="OTHER"), 422, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("field", "data"),
    [
        ("lines", {"lines": []}),
        ("lines", {"lines": [{"line": 1, "quantity": 0}]}),
        ("lines", {"lines": [{"line": 1, "quantity": "2"}]}),
        ("lines", {"lines": [{"line": True, "quantity": 1}]}),
        ("lines", {"lines": [{"line": 1, "quantity": 1}, {"line": 1, "quantity": 1}]}),
        ("lines", {"lines": {"line": 1}}),
        ("reason", {"reason": "BORED"}),
        ("reason", {"reason": None}),
        ("description", {"description": "长" * 501}),
        ("pictures", {"pictures": ["a"] * 10}),
    ],
)
def test_a_body_that_is_wrong_names_its_field(api, member, order, field, data):
    answer = post(api, member, order, **data)
    assert answer.status_code == 422
    assert field in body(answer)["detail"]
    assert (AfterSale.objects.count(), held(order)) == (0, (0, 0, 0))


def test_refusals_say_why(api, member, order, settings, tmp_path):
    over = refused(post(api, member, order, lines=[{"line": 1, "quantity": 4}]), 409, "units_exceeded")
    assert over == {"lines": {"1": 3}}
    refused(post(api, member, order, key="k2", lines=[{"line": 2, "quantity": 1}]), 422, "line_unknown")
    foreign = picture(make_member().key, settings, tmp_path)
    refused(post(api, member, order, key="k3", pictures=[foreign.key]), 422, "upload_not_found")
    refused(post(api, member, make_order(member), key="k4"), 409, "not_paid")
    assert (AfterSale.objects.count(), held(order)) == (0, (0, 0, 0))


def test_others_see_and_do_nothing(api, member, order):
    stranger, made = make_member(), ask(order, {1: 1})
    refused(post(api, stranger, order), 404, "not_found")
    refused(api.get(f"{PATH}/{made.number}", token=stranger.token), 404, "not_found")
    refused(api.post(f"{PATH}/{made.number}/cancel", token=stranger.token), 404, "not_found")
    assert body(api.get(PATH, token=stranger.token))["results"] == []
    assert api.get(PATH).status_code == 401
    made.refresh_from_db()
    assert made.state == "APPLIED"


def test_a_shopper_takes_it_back_until_it_is_decided(api, member, order):
    first, second = ask(order, {1: 1}), ask(order, {1: 1})
    answer = api.post(f"{PATH}/{first.number}/cancel", token=member.token)
    assert (answer.status_code, body(answer)["state"]) == (200, "CANCELLED")
    services.reject(second, answer="已使用", actor="x")
    refused(api.post(f"{PATH}/{second.number}/cancel", token=member.token), 409, "after_sale_decided")
    assert body(api.get(f"{PATH}/{second.number}", token=member.token))["answer"] == "已使用"


def test_the_list_is_filtered_by_state(api, member, order):
    first, second = ask(order, {1: 1}), ask(order, {1: 1})
    services.cancel(first, actor="x")
    rows = body(api.get(f"{PATH}?state=APPLIED", token=member.token))["results"]
    assert [row["number"] for row in rows] == [second.number]
    assert api.get(f"{PATH}?state=NONE", token=member.token).status_code == 422


def test_erasing_a_member_erases_the_stored_answers(api, member, order):
    post(api, member, order, description="我的电话 13800138000")
    assert IdempotencyRecord.objects.count() == 1
    services.erase_member(member.pk)
    assert IdempotencyRecord.objects.count() == 0


def test_erasing_a_member_removes_the_evidence(api, member, order, settings, tmp_path):
    asset = picture(member.key, settings, tmp_path)
    assert post(api, member, order, pictures=[asset.key]).status_code == 201
    services.erase_member(member.pk)
    assert not AfterSalePicture.objects.exists()
    assert not Asset.objects.live().exists()


def test_an_unpaid_order_offers_no_units(api, member):
    order = make_order(member, (make_sku(), 2))
    assert units_left(api, member, order) == {1: 0}
