"""Bodies and paths that no client of ours sends."""

import logging
import time

import pytest

from shop.orders.models import Order
from tests.conftest import body
from tests.factories import make_address, make_member, make_sku

ENDPOINTS = ["checkout/preview", "orders", "cart/items", "addresses", "auth/wechat-login"]
NO_JSON = {
    "deep list": "[" * 5000 + "]" * 5000,
    "deep object": '{"a":' * 300 + "1" + "}" * 300,
    "lone surrogate": r'{"x": "\ud800"}',
    "lone surrogate as a name": r'{"\ud800": 1}',
    "NaN": '{"x": NaN}',
    "byte order mark": "\ufeff{}",
    "not UTF-8": b"\xff\xfe{}",
    "half": "{",
}


def send(api, path, content, token, key="k", content_type="application/json"):
    headers = {"HTTP_HOST": api.host, "HTTP_AUTHORIZATION": f"Bearer {token}", "HTTP_IDEMPOTENCY_KEY": key}
    return api.generic("POST", f"/api/v1/{path}", content, content_type, **headers)


@pytest.mark.parametrize("content", NO_JSON.values(), ids=NO_JSON.keys())
def test_what_is_no_plain_json_is_refused_everywhere(api, content):
    token = make_member().token
    for path in ENDPOINTS:
        answer = send(api, path, content, token)
        assert (answer.status_code, body(answer)["code"]) == (400, "malformed"), path


def test_a_large_body_is_refused_before_it_is_read(api):
    token = make_member().token
    for path in ENDPOINTS:
        answer = send(api, path, '{"code": "%s"}' % ("x" * 200_000), token)
        assert (answer.status_code, body(answer)["code"]) == (413, "body_too_large"), path


def test_unknown_numbers_beyond_64_bits_do_no_harm(api):
    member, sku = make_member(), make_sku()
    wanted = '{"items": [{"sku": "%s", "quantity": 1}], "address": "%s", "x": %s}'
    answer = send(api, "orders", wanted % (sku.key, make_address(member).key, "9" * 40), member.token)
    assert (answer.status_code, Order.objects.count()) == (201, 1)


def test_a_quantity_beyond_64_bits_is_refused(api):
    member, sku = make_member(), make_sku()
    wanted = '{"items": [{"sku": "%s", "quantity": %s}], "address": "%s"}'
    answer = send(api, "orders", wanted % (sku.key, "9" * 40, make_address(member).key), member.token)
    assert (answer.status_code, Order.objects.count()) == (422, 0)


def test_too_many_items_are_refused_without_looking_at_each(api):
    token = make_member().token
    content = '{"items": [%s{}]}' % ("{}," * 40_000)
    started = time.process_time()
    answer = send(api, "checkout/preview", content, token)
    assert (answer.status_code, list(body(answer)["detail"])) == (422, ["items"])
    assert len(answer.content) < 1000
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/orders/%00",
        "/api/v1/addresses/%00",
        "/api/v1/cart/items/%00",
        "/api/v1/products/a%00b",
        "/pay/notify/wechat/%00",
        "/s/%00/api/v1/me",
    ],
)
def test_a_path_with_nul_is_not_found(api, path):
    token = make_member().token
    for host in (api.host, "api.weipu.test"):
        for method in ("GET", "POST", "DELETE"):
            answer = api.call(method, path, token=token, HTTP_HOST=host)
            assert (answer.status_code, body(answer)["code"]) == (404, "not_found")


def test_a_refused_notice_cannot_write_log_lines_of_its_own(api, caplog):
    with caplog.at_level(logging.WARNING, logger="payments.api"):
        answer = api.post("/pay/notify/a%0a2026-01-01%20ERROR/b%0dx")
    assert answer.status_code == 401
    assert [record for record in caplog.records if record.name == "payments.api"]
    assert not any("\n" in record.getMessage() or "\r" in record.getMessage() for record in caplog.records)
