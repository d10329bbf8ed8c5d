"""Attacks by what a browser can send: addresses that dodge limits, hostile values, trial orders, others' orders."""

import pytest

from shop.members.models import Member, MemberToken, PhoneCode
from shop.orders.models import Order
from tenants.addresses import network_of
from tests.factories import broken, make_member, make_order
from tests.shop.members import body, refused
from tests.shop.test_members_phone_login import ask, logged_in, mailbox, prove, sent_code  # noqa: F401
from tests.shop.test_sandbox_orders import pay, placed, visitor  # noqa: F401

pytest_plugins = ["tests.shop.members"]

DODGES = [
    ("2001:db8:1:2::{n:x}", "2001:db8:1:3::1"),  # one line has a whole /64
    ("2001:db8:1:2:{n:x}::1%eth0", "2001:db8:1:3::1"),
    ("::ffff:10.0.0.1", "::ffff:10.0.0.2"),
    ("10.0.0.1:4{n:04d}", "10.0.0.2:40000"),  # some proxies add the port
    ("[2001:db8:1:2::{n:x}]:4{n:04d}", "[2001:db8:1:3::1]:40000"),
]


@pytest.mark.parametrize(("own", "other"), DODGES)
def test_who_has_many_addresses_of_one_line_gets_no_more_codes(api, settings, own, other):
    settings.TRUSTED_PROXIES, settings.LOGIN_CODES_PER_DAY = frozenset({"10.9.9.9"}), 1000

    def bomb(number, address):
        return ask(api, f"138001380{number:02d}", REMOTE_ADDR="10.9.9.9", HTTP_X_FORWARDED_FOR=f"6.6.6.6, {address}")

    assert {bomb(n, own.format(n=n + 1)).status_code for n in range(60)} == {204}
    assert refused(bomb(60, own.format(n=99)), 429, "too_many") == {"seconds": 3600}
    assert bomb(60, other).status_code == 204


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("10.0.0.1:5000", "10.0.0.1"),
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("2001:DB8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_an_address_counts_by_its_line(address, counted):
    assert network_of(address) == counted


def test_only_a_trusted_proxy_says_where_a_request_comes_from(api, settings):
    settings.LOGIN_CODES_PER_DAY = 1000
    for number in range(60):
        assert ask(api, f"138001380{number:02d}", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}").status_code == 204
    refused(ask(api, "13900000000", HTTP_X_FORWARDED_FOR="10.0.1.1"), 429, "too_many")


HOSTILE = [
    None,
    [],
    {},
    ["13800138000"],
    10**400,
    1e300,
    "1\0",
    "\ud800",
    "１３８００１３８０００",
    True,
    "٣" * 6,
    "1" * 99_999,
]
LOGINS = [
    ("phone-code", {"phone": ...}),
    ("phone-login", {"phone": "13800138000", "code": ...}),
    ("phone-login", {"phone": ..., "code": "123456"}),
    ("preview-login", {"code": ...}),
]


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:20])
def test_no_value_logs_in_or_breaks_a_log_in(api, shop, value):
    for path, form in LOGINS:
        sent = {name: value if given is ... else given for name, given in form.items()}
        answer = api.post(f"/api/v1/auth/{path}", json=sent)
        assert 400 <= answer.status_code < 500, (path, answer.status_code)
    assert not MemberToken.objects.exists()
    assert not PhoneCode.objects.exists()


@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value)[:20])
def test_no_value_breaks_what_a_shopper_may_send(api, shop, value):
    token = logged_in(api)["token"]
    for path, field in (("addresses/parse", "text"), ("footprints", "product"), ("favourites/check", "products")):
        answer = api.post(f"/api/v1/{path}", json={field: value}, token=token)
        assert answer.status_code < 500, (path, answer.status_code)
    assert body(api.get("/api/v1/me/counts", token=token))["footprints"] == 0


@pytest.mark.parametrize("path", ["orders/by-trade/{}", "products/{}/code", "orders/{}", "orders/{}/pay-status"])
@pytest.mark.parametrize("name", ["a%00b", "%ED%A0%80", "..%2f..", "9" * 2000])
def test_no_name_in_a_path_finds_or_breaks_anything(api, shop, path, name):
    assert api.get("/api/v1/" + path.format(name), token=logged_in(api)["token"]).status_code == 404


def test_a_code_proves_only_the_number_it_went_to(api):
    ask(api, "13800138000")
    ask(api, "13900139000")
    mine = sent_code("13800138000")
    if mine != sent_code("13900139000"):
        refused(prove(api, mine, "13900139000"), 422, "code_wrong")
    assert prove(api, mine, "13800138000").status_code == 200
    refused(prove(api, mine, "13800138000"), 422, "code_wrong")
    assert Member.objects.get().phone == "13800138000"


def test_a_log_in_by_phone_reaches_no_order_of_another(api, shop):
    theirs = make_order(make_member())
    token = logged_in(api)["token"]
    for method, path in (("get", ""), ("get", "/pay-status"), ("post", "/pay"), ("post", "/cancel")):
        send = getattr(api, method)
        more = {} if method == "get" else {"key": "k"}
        answer = send(f"/api/v1/orders/{theirs.number}{path}", *([{}] if more else []), token=token, **more)
        refused(answer, 404, "not_found")
    theirs.refresh_from_db()
    assert (theirs.state, theirs.paid) == ("UNPAID", 0)


def test_a_paid_trial_order_is_not_paid_again_with_its_code(api, visitor):  # noqa: F811
    order = placed(api, visitor)
    said = pay(api, visitor, order)
    path = f"/api/v1/orders/{order.number}/sandbox-pay"
    assert api.post(path, json={"code": said}).status_code == 204
    paid_at = Order.everything.get().paid_at
    refused(api.post(path, json={"code": said}), 409, "not_unpaid")
    assert Order.everything.get().paid_at == paid_at
    assert broken() == {}
