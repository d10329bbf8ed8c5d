"""From a host and a path to a shop, a refusal or the platform's own pages."""

import json
import subprocess
import sys
import time
import uuid

import pytest
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import override_settings

from tenants import gate, registry, routing
from tenants.board import GENERATION, Board
from tenants.context import CONSOLE, current_request_id, current_shop
from tenants.gate import Area, IllegalState
from tenants.models import Registry, Schema, Tenant
from tenants.services import Owner, open_shop
from tests.tenants.conftest import drop, open_shops

State = Tenant.State


class Answer:
    """What the router did with one request."""

    def __init__(self, host, path, method="GET", **extra):
        self.environ = {"HTTP_HOST": host, "PATH_INFO": path, "REQUEST_METHOD": method, "SCRIPT_NAME": "", **extra}
        self.entry = self.shop = self.status = None
        self.content = b"".join(routing.ShopRouter(self._django)(self.environ, self._start))

    def _start(self, status, headers):
        self.status, self.headers = int(status.split()[0]), dict(headers)

    def _django(self, environ, start_response):
        self.entry, self.shop = environ["weipu.entry"], current_shop.get()
        start_response("200 OK", [])
        return [b"passed"]

    @property
    def code(self):
        return json.loads(self.content)["code"]


# hosts


@pytest.mark.parametrize(
    "host",
    [
        "alpha.weipu.test",
        "ALPHA.Weipu.Test",
        "alpha.weipu.test.",
        "alpha.weipu.test:8000",
        "Alpha.Weipu.Test.:443",
        " alpha.weipu.test ",
    ],
)
def test_every_spelling_of_a_host_is_the_same_shop(shops, host):
    answer = Answer(host, "/api/v1/products")
    assert (answer.shop, answer.entry.urlconf) == (shops["alpha"], "saas.urls")
    assert (answer.environ["SCRIPT_NAME"], answer.environ["PATH_INFO"]) == ("", "/api/v1/products")


@pytest.mark.parametrize(
    "host",
    [
        "gamma.weipu.test",
        "www.alpha.weipu.test",
        "alpha.weipu.test..",
        "alpha.weipu.test.evil.example",
        "alpha",
        "",
        ".",
        "[::1]:8000",
        "alpha@beta.weipu.test",
        "x" * 5000,
        "alpha.weipu.test%00",
        "alpha.weipu.test,alpha.weipu.test",  # what servers make of two Host headers
        "alpha.weipu.test:80,alpha.weipu.test:80",
        "alpha.weipu.test:80,beta.weipu.test:80",
        "alpha.weipu.test:",
        "alpha.weipu.test:x",
        "alpha.weipu.test:²",
        "alpha.weipu.test:80:80",
        "alpha.weipu.test\xa0",
        "weipu.test:80,weipu.test:80",
        "console.weipu.test:x",
    ],
)
def test_an_unknown_host_is_no_shop(shops, host):
    answer = Answer(host, "/api/v1/products", SERVER_NAME="unknown.example")
    assert (answer.status, answer.code, answer.shop) == (404, "shop_not_found", None)
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_empty_host_is_not_the_servers_name(shops):
    path = f"/s/{shops['alpha'].key}/api/v1/products"
    assert Answer("", path, SERVER_NAME="api.weipu.test").status == 404
    without = {"PATH_INFO": path, "REQUEST_METHOD": "GET", "SERVER_NAME": "api.weipu.test"}
    assert routing.enter(without).shop == shops["alpha"]


def test_an_unknown_host_is_a_page_for_people(shops):
    answer = Answer("gamma.weipu.test", "/", HTTP_ACCEPT="text/html,*/*")
    assert (answer.status, answer.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "店铺不存在" in answer.content.decode()
    assert answer.headers["Content-Length"] == str(len(answer.content))


def test_a_refusal_names_its_request_and_forgets_it(shops):
    answer = Answer("gamma.weipu.test", "/")
    body = json.loads(answer.content)
    assert (body["request_id"], body["detail"]) == (answer.environ["weipu.request_id"], {})
    assert current_request_id.get() == "-"


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_HOST", "HTTP_X_ORIGINAL_HOST"])
def test_a_forwarded_host_is_ignored(shops, header):
    assert Answer("alpha.weipu.test", "/", **{header: "beta.weipu.test"}).shop == shops["alpha"]
    assert Answer("gamma.weipu.test", "/", **{header: "beta.weipu.test"}).status == 404


@pytest.mark.parametrize("path", ["http://beta.weipu.test/api/v1/me", "//beta.weipu.test/api", "/s/{key}/api/v1/me"])
def test_a_path_cannot_name_another_shop_on_a_shops_own_host(shops, path):
    answer = Answer("alpha.weipu.test", path.format(key=shops["beta"].key))
    assert answer.shop == shops["alpha"]
    assert answer.environ["SCRIPT_NAME"] == ""


def test_the_bare_domain_is_the_platforms_page(shops):
    answer = Answer("weipu.test", "/")
    assert (answer.entry, answer.shop) == (routing.Entry(None, "saas.urls_platform"), None)


def test_the_console_has_its_own_host_and_urls(shops):
    answer = Answer("console.weipu.test", "/admin/")
    assert (answer.entry.urlconf, answer.shop) == ("saas.urls_console", CONSOLE)


@pytest.mark.parametrize("path", ["/s/console/api/v1/me", "/s//api/v1/me", f"/s/{CONSOLE.uuid}/api/v1/me"])
def test_the_console_is_not_reachable_on_the_shared_host(shops, path):
    assert Answer("api.weipu.test", path).status == 404


def test_health_needs_no_shop(shops):
    assert Answer("anything.example", "/healthz").status == 200


# the shared host


@pytest.mark.parametrize("root", ["api", "open", "pay", "hooks", "media", "ws"])
def test_the_shared_host_moves_the_shop_into_the_script_name(shops, root):
    key = shops["beta"].key
    answer = Answer("api.weipu.test", f"/s/{key}/{root}/v1/x")
    assert answer.shop == shops["beta"]
    assert (answer.environ["SCRIPT_NAME"], answer.environ["PATH_INFO"]) == (f"/s/{key}", f"/{root}/v1/x")


@pytest.mark.parametrize(
    "tail",
    ["", "/", "/admin/", "/admin/login/", "/welcome/x", "/static/x.css", "/apis/v1", "//api/v1", "/../admin/", "/h5/"],
)
def test_the_shared_host_serves_nothing_but_its_roots(shops, tail):
    answer = Answer("api.weipu.test", f"/s/{shops['alpha'].key}{tail}")
    assert (answer.status, answer.code, answer.shop) == (404, "shop_not_found", None)


@pytest.mark.parametrize("path", ["/", "/api/v1/products", "/s", "/s/", "/S/{key}/api/v1/me", "//s/{key}/api/v1/me"])
def test_the_shared_host_without_a_shop_is_not_found(shops, path):
    assert Answer("api.weipu.test", path.format(key=shops["alpha"].key)).status == 404


@pytest.mark.parametrize("change", [lambda key: key + "x", lambda key: key[:-1], str.upper, lambda key: key * 20])
def test_a_key_that_is_not_exact_is_not_found(shops, change):
    assert Answer("api.weipu.test", f"/s/{change(shops['alpha'].key)}/api/v1/me").status == 404


def test_the_longest_key_is_not_found_with_more_letters_behind_it(shops):
    Tenant.objects.filter(uuid=shops["alpha"].uuid).update(key="k" * 16)
    registry.forget()
    assert Answer("api.weipu.test", f"/s/{'k' * 16}/api/v1/me").shop == shops["alpha"]
    assert Answer("api.weipu.test", f"/s/{'k' * 17}/api/v1/me").status == 404


# state and schema


def with_state(ref, state):
    Tenant.objects.filter(uuid=ref.uuid).update(state=state)
    registry.forget()


REQUESTS = {
    Area.BROWSE: ("GET", "/api/v1/products"),
    Area.ORDER: ("POST", "/api/v1/orders"),
    Area.ADMIN_READ: ("GET", "/admin/orders/order/"),
    Area.ADMIN_WRITE: ("POST", "/admin/orders/order/1/change/"),
    Area.SHIP: ("POST", "/admin/orders/order/1/ship/"),
    Area.REFUND: ("POST", "/admin/orders/order/1/refund/"),
    Area.CALLBACK: ("POST", "/pay/notify/wechat/x"),
    Area.FILES: ("GET", "/media/x.jpg"),
}
TABLE = {
    State.OPEN: (200, 200, 200, 200, 200, 200, 200, 200),
    State.READ_ONLY: (200, 403, 200, 403, 200, 200, 200, 200),
    State.SUSPENDED: (403, 403, 200, 403, 200, 200, 200, 200),
    State.CLOSED: (503, 503, 503, 503, 503, 503, 503, 503),
    State.MIGRATING: (503, 503, 503, 503, 503, 503, 503, 503),
}
CODES = {
    State.READ_ONLY: "shop_read_only",
    State.SUSPENDED: "shop_suspended",
    State.CLOSED: "shop_closed",
    State.MIGRATING: "shop_unavailable",
}


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("area", Area)
def test_each_state_lets_through_what_the_table_says(shops, state, area):
    with_state(shops["alpha"], state)
    method, path = REQUESTS[area]
    answer = Answer("alpha.weipu.test", path, method)
    assert answer.status == TABLE[state][list(Area).index(area)]
    if answer.status != 200:
        assert (answer.code, answer.shop) == (CODES[state], None)
    assert ("Retry-After" in answer.headers) == (answer.status == 503)


def test_the_gate_holds_below_the_shared_hosts_prefix(shops):
    with_state(shops["alpha"], State.READ_ONLY)
    root = f"/s/{shops['alpha'].key}"
    assert Answer("api.weipu.test", f"{root}/api/v1/orders", "POST").code == "shop_read_only"
    assert Answer("api.weipu.test", f"{root}/api/v1/orders/", "POST").code == "shop_read_only"
    assert Answer("api.weipu.test", f"{root}/api/v1/orders", "GET").status == 200
    assert Answer("api.weipu.test", f"{root}/hooks/kdniao/x", "POST").status == 200


@pytest.mark.parametrize("path", ["/admin/login/", "/admin/logout/", "/welcome/ticket"])
def test_staff_of_a_suspended_shop_can_still_sign_in(shops, path):
    with_state(shops["alpha"], State.SUSPENDED)
    assert Answer("alpha.weipu.test", path, "POST").status == 200


def test_a_refusal_follows_the_readers_language(shops, monkeypatch):
    from django.utils import translation

    from tenants import routing

    monkeypatch.setattr(
        routing, "NOT_FOUND", routing.Refusal(404, "shop_not_found", LanguageName(translation.get_language))
    )
    for header, expected in (("en", "en"), ("zh-CN,zh;q=0.9", "zh-hans")):
        answer = Answer("gamma.weipu.test", "/", HTTP_ACCEPT_LANGUAGE=header)
        assert json.loads(answer.content)["message"] == expected


class LanguageName:
    def __init__(self, read):
        self.read = read

    def __str__(self):
        return self.read()


@pytest.mark.parametrize(
    "change", [{"hash": "older"}, {"state": Schema.State.FAILED}, {"state": Schema.State.BUILDING}]
)
def test_a_schema_that_is_not_at_the_codes_migrations_is_unavailable(shops, change):
    Schema.objects.filter(name=shops["alpha"].schema).update(**change)
    registry.forget()
    answer = Answer("alpha.weipu.test", "/api/v1/products")
    assert (answer.status, answer.code, answer.shop) == (503, "shop_unavailable", None)
    assert Answer("beta.weipu.test", "/api/v1/products").status == 200


def test_a_state_is_left_only_on_a_listed_edge(shops):
    ref = shops["alpha"]
    with pytest.raises(IllegalState):
        gate.change_state(ref.uuid, old=State.CLOSED, new=State.SUSPENDED)
    with pytest.raises(IllegalState):
        gate.change_state(ref.uuid, old=State.READ_ONLY, new=State.OPEN)
    with pytest.raises(IllegalState):
        gate.change_state(uuid.uuid4(), old=State.OPEN, new=State.CLOSED)
    assert Tenant.objects.get(uuid=ref.uuid).state == State.OPEN
    gate.change_state(ref.uuid, old=State.OPEN, new=State.SUSPENDED)
    assert Tenant.objects.get(uuid=ref.uuid).state == State.SUSPENDED


# the database is away


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, DatabaseError])
def test_a_lost_database_is_503_and_comes_back(shops, monkeypatch, error):
    def away(kind, value):
        raise error("gone")

    registry.forget()
    monkeypatch.setattr(connection, "close", lambda: None)  # this test's rollback needs the connection
    with monkeypatch.context() as patched:
        patched.setattr(registry, "_load", away)
        answer = Answer("alpha.weipu.test", "/api/v1/products")
        assert (answer.status, answer.code, answer.headers["Retry-After"]) == (503, "busy", "2")
        assert current_shop.get() is None
    assert Answer("alpha.weipu.test", "/api/v1/products").status == 200


# the body of an answer


def test_a_streamed_body_is_made_and_closed_inside_its_shop(shops):
    seen = []

    class Body:
        def __iter__(self):
            for number in range(3):
                seen.append(current_shop.get())
                yield str(number).encode()

        def close(self):
            seen.append(current_shop.get())

    def django(environ, start_response):
        start_response("200 OK", [])
        return Body()

    environ = {"HTTP_HOST": "alpha.weipu.test", "PATH_INFO": "/", "REQUEST_METHOD": "GET"}
    body = routing.ShopRouter(django)(environ, lambda *args: None)
    assert current_shop.get() is None
    chunks = iter(body)
    assert next(chunks) == b"0"
    assert current_shop.get() is None
    assert list(chunks) == [b"1", b"2"]
    body.close()
    assert seen == [shops["alpha"]] * 4
    assert current_shop.get() is None


def test_a_failing_application_leaves_no_shop_behind(shops):
    def broken(environ, start_response):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        routing.ShopRouter(broken)(
            {"HTTP_HOST": "alpha.weipu.test", "PATH_INFO": "/", "REQUEST_METHOD": "GET"}, lambda *args: None
        )
    assert (current_shop.get(), current_request_id.get()) == (None, "-")


# the cache


def test_a_known_and_an_unknown_host_cost_no_query_twice(shops, django_assert_num_queries):
    registry.forget()
    registry.resolve("alpha.weipu.test", "/")
    registry.resolve("gamma.weipu.test", "/")
    with django_assert_num_queries(0):
        assert registry.resolve("alpha.weipu.test", "/") == shops["alpha"]
        assert registry.resolve("gamma.weipu.test", "/") is None


def test_a_board_ahead_of_a_restored_table_costs_no_query(shops, django_assert_num_queries, monkeypatch, tmp_path):
    ahead = Board(tmp_path / "versions")
    ahead.raise_to(GENERATION, 1_000_000)
    monkeypatch.setattr(registry, "board", ahead)
    registry.forget()
    registry.resolve("alpha.weipu.test", "/")
    with django_assert_num_queries(0):
        assert registry.resolve("alpha.weipu.test", "/") == shops["alpha"]
    ahead.raise_to(GENERATION, 1_000_001)
    with django_assert_num_queries(1):
        assert registry.resolve("alpha.weipu.test", "/") == shops["alpha"]


def test_answers_are_bounded(shops, monkeypatch):
    monkeypatch.setattr(registry, "MOST_ENTRIES", 10)
    registry.forget()
    for number in range(35):
        assert registry.resolve(f"unknown{number}.weipu.test", "/") is None
        assert len(registry._cache.entries) <= 10
    assert registry.resolve("alpha.weipu.test", "/") == shops["alpha"]


def test_an_answer_survives_a_clearing_by_another_thread(shops, monkeypatch):
    class Clearing(dict):
        def __setitem__(self, key, value):
            super().__setitem__(key, value)
            self.clear()

    registry.forget()
    registry.resolve("beta.weipu.test", "/")
    monkeypatch.setattr(registry._cache, "entries", Clearing())
    assert registry.resolve("alpha.weipu.test", "/") == shops["alpha"]


def test_one_change_is_one_generation(shops):
    before = Registry.objects.get().generation
    registry.changed()
    assert Registry.objects.get().generation == before + 1
    Registry.objects.all().delete()
    registry.changed()
    assert Registry.objects.get().generation == 2  # readers take a missing row for 1


def test_the_uuid_of_the_console_and_of_nobody(shops):
    assert registry.by_uuid(CONSOLE.uuid) is CONSOLE
    assert registry.by_uuid(str(shops["alpha"].uuid)) == shops["alpha"]
    assert registry.by_uuid(uuid.uuid4()) is None
    assert CONSOLE not in registry.all_shops()
    assert {ref.slug for ref in registry.all_shops()} == {"alpha", "beta"}


WATCHER = """
import sys, time, django
django.setup()
from tenants import registry
suspended, opened = sys.argv[1:]
assert registry.by_slug(suspended).state == "OPEN" and registry.by_slug(opened) is None
print("ready", flush=True)
seen = set()
while len(seen) < 2:
    if "state" not in seen and registry.by_slug(suspended).state == "SUSPENDED":
        seen.add("state")
        print("state", time.time(), flush=True)
    if "opened" not in seen and registry.by_slug(opened):
        seen.add("opened")
        print("opened", time.time(), flush=True)
    time.sleep(0.01)
"""


@pytest.mark.race
def test_another_process_sees_a_change_and_a_new_shop_within_a_second_and_a_half(django_db_setup, django_db_blocker):
    new = f"t{uuid.uuid4().hex[:12]}"
    with open_shops(django_db_blocker, 1) as (ref,), override_settings(SPARE_SCHEMAS=0):
        watcher = subprocess.Popen(
            [sys.executable, "-c", WATCHER, ref.slug, new], stdout=subprocess.PIPE, text=True, cwd=settings.BASE_DIR
        )
        try:
            assert watcher.stdout.readline() == "ready\n"
            changed = time.time()
            gate.change_state(ref.uuid, old=State.OPEN, new=State.SUSPENDED)
            word, at = watcher.stdout.readline().split()
            assert word == "state"
            assert float(at) - changed <= 1.5
            opened = open_shop(new, new, Owner("x", "!"))
            committed = time.time()
            word, at = watcher.stdout.readline().split()
            assert word == "opened"
            assert float(at) - committed <= 1.5
            drop([opened.schema])
        finally:
            watcher.kill()
            watcher.wait()
            watcher.stdout.close()


@pytest.mark.parametrize("host", ["alpha.weipu.test", "weipu.test", "console.weipu.test"])
def test_a_request_that_is_too_large_is_refused_unread(shops, settings, host):
    settings.LARGEST_REQUEST = 1000
    answer = Answer(host, "/admin/", "POST", CONTENT_LENGTH="1001")
    assert (answer.status, answer.entry) == (413, None)
    assert answer.code == "body_too_large"
    for said in ("1000", "", "-5", "1e9", "٣٣٣٣٣"):
        assert Answer(host, "/", "GET", CONTENT_LENGTH=said).status == 200
