"""The operators' console: who gets in, what it shows, what its buttons do."""

import re
from urllib.parse import urlencode

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.http import HttpRequest

from shop.core.models import AuditEntry, User
from tenants import outbox, registry
from tenants.context import CONSOLE, using_shop
from tenants.models import Due, Schema, Tenant
from tests.client import Api

HOST = "console.weipu.test"
OPERATOR, PASSWORD = "op@example.com", "Lychee-2026-ok"
PAGES = ("tenants/tenant", "tenants/schema", "tenants/due", "tenants/outboxevent", "core/auditentry")


def send(site, path, **data):
    body = urlencode(data)
    return site.generic("POST", path, body, "application/x-www-form-urlencoded", HTTP_HOST=site.host)


@pytest.fixture
def operator(shops):
    call_command("create_operator", OPERATOR, "--password", PASSWORD, verbosity=0)
    with using_shop(CONSOLE):
        return User.objects.get(username=OPERATOR)


@pytest.fixture
def console(operator):
    site = Api(HOST)
    assert send(site, "/admin/login/", username=OPERATOR, password=PASSWORD).status_code == 302
    return site


@pytest.fixture
def tenant(shops):
    return Tenant.objects.get(slug="alpha")


def log_of(action):
    with using_shop(CONSOLE):
        return list(AuditEntry.objects.filter(action=action))


def session_of(user, shop):
    """A session of `user` as the log-in of `shop` makes it."""
    with using_shop(shop):
        store = SessionStore()
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = "shop.core.authentication.StaffBackend"
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
        store.create()
        return store


def copy_into(shop, store):
    with using_shop(shop):
        copy = SessionStore()
        copy.update(dict(store.items()))
        copy.create()
        return copy.session_key


def whose(shop, key):
    with using_shop(shop):
        request = HttpRequest()
        request.session = SessionStore(key)
        return get_user(request)


def test_without_an_operator_every_page_is_the_log_in(shops):
    site = Api(HOST)
    for page in PAGES:
        response = site.get(f"/admin/{page}/")
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/admin/login/")


def test_an_operator_sees_every_page(console):
    for page in PAGES:
        assert console.get(f"/admin/{page}/").status_code == 200
    assert console.get("/")["Location"] == "/admin/"
    assert console.get("/admin/")["Location"] == "/admin/tenants/tenant/"


def words(page):
    """The Chinese words that a page shows: without data (“alpha 店”), scripts and the language's own name."""
    shown = re.sub(r"<script.*?</script>|<style.*?</style>|<td.*?</td>|<option.*?</option>", "", page, flags=re.S)
    return set(re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<[^>]*>", " ", shown))) - {"简体中文", "店"}


def test_operators_choose_their_language_in_the_account_menu(console):
    here = "/admin/tenants/due/"
    page = console.get(here).content.decode()
    assert 'action="/admin/language/"' in page and "微铺控制台" in page and "English" in page
    body = urlencode({"language": "en"})
    form = "application/x-www-form-urlencoded"
    answer = console.generic(
        "POST", "/admin/language/", body, form, HTTP_HOST=HOST, HTTP_REFERER=f"http://{HOST}{here}"
    )
    assert (answer.status_code, answer["Location"]) == (302, f"http://{HOST}{here}")
    for name in PAGES:
        page = console.get(f"/admin/{name}/").content.decode()
        assert ("Log out" in page, words(page)) == (True, set()), name
    send(console, "/admin/language/", language="zh-hans")
    assert "微铺控制台" in console.get(here).content.decode()


def test_an_operators_password_must_be_good_and_the_account_new(operator):
    with pytest.raises(CommandError):
        call_command("create_operator", "new@example.com", "--password", "short")
    with pytest.raises(CommandError):
        call_command("create_operator", OPERATOR.upper(), "--password", PASSWORD)


def test_shops_are_found_and_filtered(console):
    assert "beta 店" not in console.get("/admin/tenants/tenant/?q=alpha%40example.com").content.decode()
    page = console.get("/admin/tenants/tenant/?state__exact=OPEN").content.decode()
    assert "alpha 店" in page and "alpha@example.com" in page
    assert "alpha 店" not in console.get("/admin/tenants/tenant/?state__exact=CLOSED").content.decode()


def label_in(page, column):
    cell = re.search(rf'data-label="{column}">(.*?)</td>', page.content.decode(), re.S).group(1)
    return re.sub(r"<[^>]*>", "", cell).strip()


@pytest.mark.parametrize("state", Tenant.State.values)
def test_a_shops_state_is_shown_in_words(console, tenant, state):
    Tenant.objects.filter(pk=tenant.pk).update(state=state)
    assert label_in(console.get(f"/admin/tenants/tenant/?q={tenant.key}"), "状态") == Tenant.State(state).label


@pytest.mark.parametrize(
    ("state", "words"), [("BUILDING", "创建中"), ("SPARE", "备用"), ("LIVE", "使用中"), ("FAILED", "迁移失败")]
)
def test_a_schemas_state_is_shown_in_words(console, tenant, state, words):
    Schema.objects.filter(name=tenant.schema_name).update(state=state)
    assert label_in(console.get(f"/admin/tenants/schema/?q={tenant.schema_name}"), "状态") == words
    assert label_in(console.get(f"/admin/tenants/tenant/?q={tenant.key}"), "数据架构") == words


def test_waiting_work_is_shown_as_not_given_up(console, shops):
    Due.objects.create(shop=shops["alpha"].uuid, kind="payments.query", ref="waiting-1")
    assert label_in(console.get("/admin/tenants/due/?q=waiting-1"), "已放弃") == "否"


def test_the_reserved_schema_is_not_listed(console):
    assert ">console<" not in console.get("/admin/tenants/schema/").content.decode()
    assert console.get("/admin/tenants/schema/console/change/").status_code == 302
    assert not Tenant.objects.filter(schema_name="console").exists()
    assert registry.resolve("127.0.0.1", "/s/console/api/v1/home") is None
    assert registry.resolve("127.0.0.1", "/s//api/v1/home") is None


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_added_or_deleted(console, tenant, page):
    assert console.get(f"/admin/{page}/add/").status_code == 403
    assert send(console, f"/admin/{page}/add/", name="x").status_code == 403
    assert send(console, f"/admin/{page}/", action="delete_selected", _selected_action=tenant.pk).status_code in (
        200,
        302,
    )
    assert console.get(f"/admin/tenants/tenant/{tenant.pk}/delete/").status_code == 403
    assert send(console, f"/admin/tenants/tenant/{tenant.pk}/change/", name="x").status_code == 403
    assert Tenant.objects.get(pk=tenant.pk).name == "alpha 店"


def test_a_shop_is_suspended_with_a_reason_and_the_log_says_so(console, tenant):
    page = console.get(f"/admin/tenants/tenant/{tenant.pk}/change/").content.decode()
    assert f"/admin/tenants/tenant/{tenant.pk}/state/SUSPENDED/" in page
    assert console.get(f"/admin/tenants/tenant/{tenant.pk}/state/SUSPENDED/").status_code == 200
    assert send(console, f"/admin/tenants/tenant/{tenant.pk}/state/SUSPENDED/", reason="").status_code == 200
    assert Tenant.objects.get(pk=tenant.pk).state == "OPEN"
    assert log_of("tenant.state") == []

    assert send(console, f"/admin/tenants/tenant/{tenant.pk}/state/SUSPENDED/", reason="售假").status_code == 302
    assert Tenant.objects.get(pk=tenant.pk).state == "SUSPENDED"
    (entry,) = log_of("tenant.state")
    assert (entry.actor, entry.object_ref, entry.ip) == (OPERATOR, tenant.key, "127.0.0.1")
    assert (entry.before, entry.after) == ({"state": "OPEN"}, {"state": "SUSPENDED", "reason": "售假"})
    log = console.get("/admin/core/auditentry/?action=tenant.state").content.decode()
    for shown in ("改变店铺状态", "alpha 店", "营业中 → 已停用", "售假"):
        assert shown in log
    for code in (">tenant.state<", "tenants.tenant<", "OPEN", "SUSPENDED", f">{tenant.key}<"):
        assert code not in log
    detail = console.get(f"/admin/core/auditentry/{entry.pk}/change/").content.decode()
    assert "营业中 → 已停用" in detail and "alpha 店" in detail


def test_only_listed_edges_exist(console, tenant):
    Tenant.objects.filter(pk=tenant.pk).update(state="SUSPENDED")
    page = console.get(f"/admin/tenants/tenant/{tenant.pk}/change/").content.decode()
    offered = [state for state in Tenant.State.values if f"/state/{state}/" in page]
    assert offered == ["OPEN", "CLOSED"]
    for state in ("READ_ONLY", "MIGRATING", "SUSPENDED", "NONSENSE"):
        assert send(console, f"/admin/tenants/tenant/{tenant.pk}/state/{state}/", reason="x").status_code == 404
    assert Tenant.objects.get(pk=tenant.pk).state == "SUSPENDED"
    assert log_of("tenant.state") == []


def test_work_that_was_given_up_is_tried_again(console, shops):
    given_up = Due.objects.create(shop=shops["alpha"].uuid, kind="payments.query", ref="1", dead=True, failures=16)
    waiting = Due.objects.create(shop=shops["alpha"].uuid, kind="payments.query", ref="2", failures=3)
    page = "/admin/tenants/due/"
    body = f"action=try_again&_selected_action={given_up.pk}&_selected_action={waiting.pk}"
    response = console.generic("POST", page, body, "application/x-www-form-urlencoded", HTTP_HOST=HOST)
    assert response.status_code == 302
    given_up.refresh_from_db()
    waiting.refresh_from_db()
    assert (given_up.dead, given_up.failures, waiting.failures) == (False, 0, 3)
    (entry,) = log_of("due.try_again")
    assert entry.before["ref"] == "1"
    log = console.get("/admin/core/auditentry/").content.decode()
    assert "再试一次" in log and "payments.query 1" in log and "due.try_again<" not in log


def test_events_are_listed_by_shop(console, shops):
    for slug in ("alpha", "beta"):
        with using_shop(shops[slug]):
            outbox.publish("order.paid", "order", f"number-of-{slug}")
    page = console.get(f"/admin/tenants/outboxevent/?shop__exact={shops['alpha'].uuid}").content.decode()
    assert "number-of-alpha" in page and "number-of-beta" not in page


def test_an_owner_is_nobody_at_the_console_and_an_operator_nobody_in_a_shop(console, operator, shops):
    alpha = shops["alpha"]
    with using_shop(alpha):
        owner = User.objects.get(is_owner=True)
        User.objects.filter(pk=owner.pk).update(password=operator.password)
        owner.refresh_from_db()
    with using_shop(CONSOLE):
        User.objects.filter(pk=operator.pk).update(id=owner.pk) if operator.pk != owner.pk else None
        operator = User.objects.get(username=OPERATOR)
    owners, operators = session_of(owner, alpha), session_of(operator, CONSOLE)
    assert whose(alpha, owners.session_key) == owner
    assert whose(CONSOLE, operators.session_key) == operator

    keys = [owners.session_key, copy_into(CONSOLE, owners)]
    for key in keys:
        site = Api(HOST)
        site.cookies["sessionid"] = key
        response = site.get("/admin/tenants/tenant/")
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/admin/login/")
    for key in (operators.session_key, copy_into(alpha, operators)):
        assert not whose(alpha, key).is_authenticated


def test_an_owners_password_does_not_open_the_console(shops, operator):
    with using_shop(shops["alpha"]):
        User.objects.filter(is_owner=True).update(password=operator.password)
    assert send(Api(HOST), "/admin/login/", username="alpha@example.com", password=PASSWORD).status_code == 200
