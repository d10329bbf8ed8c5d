"""Entering the preview: who may, for how long, and what becomes of it."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from shop.core.errors import ShopError
from shop.core.models import User
from shop.core.staff import reset_password
from shop.members.models import Member, MemberToken
from shop.members.services import log_in_with_ticket, preview_ticket, previewing
from shop.orders.models import Order
from tenants.context import using_shop
from tenants.models import Due
from tests.client import Api
from tests.factories import broken, make_member, make_order
from tests.race import Meeting, meanwhile
from tests.race import refused as failures
from tests.shop.admin_browser import browser_of, make_staff, owner
from tests.shop.members import at_once, body, refused
from tests.shop.previews import LOGIN, enter, ticket_of

pytest_plugins = ["tests.shop.members"]


def sandboxes():
    return Member.everything.filter(is_sandbox=True)


def test_a_ticket_logs_in_the_sandbox_member_for_two_hours(api, shop):
    user = make_staff("a@example.com")
    answer = body(api.post(LOGIN, json={"code": ticket_of(shop, user)[0]}))
    member = sandboxes().get()
    assert (member.staff, member.nickname) == (user, "预览顾客")
    assert answer["member"] == {
        "key": member.key,
        "nickname": "预览顾客",
        "avatar": "",
        "phone_last4": "",
        "level": None,
    }
    until = datetime.fromisoformat(answer["expires_at"])
    assert abs(until - timezone.now() - timedelta(hours=2)) < timedelta(minutes=1)
    assert body(api.get("/api/v1/me", token=answer["token"]))["key"] == member.key
    assert Due.objects.filter(shop=shop.uuid, kind="orders.purge_sandbox", ref=member.key).count() == 1
    assert broken() == {}


def test_each_staff_member_has_one_sandbox_member_and_no_list_shows_it(api, shop):
    one, two = make_staff("a@example.com"), make_staff("b@example.com")
    for user in (one, one, two):
        enter(api, shop, user)
    assert sorted(sandboxes().values_list("staff", flat=True)) == [one.pk, two.pk]
    shopper = make_member()
    assert list(Member.objects.all()) == [shopper]
    page = browser_of(shop, owner()).get("/admin/members/member/").content.decode()
    assert "小明" in page
    assert "预览顾客" not in page


def test_a_member_is_a_sandbox_exactly_with_a_staff_member(shop):
    user = make_staff("a@example.com")
    for wrong in ({"is_sandbox": True}, {"staff": user}, {"is_sandbox": True, "staff": user, "unpaid_orders": 1}):
        with pytest.raises(IntegrityError, match="member_sandbox"), previewing.transaction.atomic():
            Member.objects.create(**wrong)
    assert not Member.everything.exists()


def nobody_enters(api, ticket):
    before = MemberToken.objects.count()
    refused(api.post(LOGIN, json={"code": ticket}), 422, "preview_ended")
    assert MemberToken.objects.count() == before


def test_a_forged_an_empty_and_an_old_ticket_are_refused(api, shop, monkeypatch):
    ticket, _browser = ticket_of(shop, make_staff("a@example.com"))
    nobody_enters(api, ticket[:-1] + ("a" if ticket[-1] != "a" else "b"))
    nobody_enters(api, "x" * 43)
    refused(api.post(LOGIN, json={"code": ""}), 422, "invalid")
    monkeypatch.setattr(previewing, "LIFETIME", timedelta(seconds=-1))
    nobody_enters(api, ticket)
    assert not sandboxes().exists()


def test_the_ticket_of_another_shop_is_refused(api, shop, other_shop):
    with using_shop(other_shop):
        foreign, _browser = ticket_of(other_shop, owner())
        assert Api(other_shop.host).post(LOGIN, json={"code": foreign}).status_code == 200
    nobody_enters(api, foreign)
    assert not sandboxes().exists()


def test_a_ticket_ends_with_its_session(api, shop):
    user = make_staff("a@example.com")
    ticket, browser = ticket_of(shop, user)
    other = browser_of(shop, make_staff("b@example.com"))
    nobody_enters(api, preview_ticket(user, other.session.session_key))
    browser.post("/admin/logout/")
    nobody_enters(api, ticket)
    assert not sandboxes().exists()


def test_a_new_password_ends_a_ticket(api, shop):
    user = make_staff("a@example.com")
    ticket, _browser = ticket_of(shop, user)
    user.set_password("another-horse-8")
    user.save()
    nobody_enters(api, ticket)


@pytest.mark.parametrize("lost", ["is_active", "is_staff"])
def test_who_is_no_staff_any_more_neither_enters_nor_stays(api, shop, lost):
    user = make_staff("a@example.com")
    ticket, _browser = ticket_of(shop, user)
    token = body(api.post(LOGIN, json={"code": ticket}))["token"]
    assert api.get("/api/v1/me", token=token).status_code == 200
    setattr(user, lost, False)
    user.save()
    refused(api.get("/api/v1/me", token=token), 401, "unauthorized")
    nobody_enters(api, ticket)


def test_logging_out_ends_the_preview(api, shop):
    user = make_staff("a@example.com")
    ticket, browser = ticket_of(shop, user)
    token = body(api.post(LOGIN, json={"code": ticket}))["token"]
    shopper, colleague = make_member().token, enter(api, shop, make_staff("b@example.com"))
    assert browser.post("/admin/logout/").status_code == 200
    refused(api.get("/api/v1/me", token=token), 401, "unauthorized")
    assert [api.get("/api/v1/me", token=other).status_code for other in (shopper, colleague)] == [200, 200]


def edit(shop, colleague, **changes):
    """The owner saves the page of a colleague."""
    form = {"username": colleague.username, "display_name": "", "password": "", "roles": [], "is_active": "on"}
    sent = {name: value for name, value in {**form, **changes}.items() if value is not None}
    return browser_of(shop, owner()).post(f"/admin/core/user/{colleague.pk}/change/", sent)


@pytest.mark.parametrize("change", [{"password": "another-horse-8"}, {"is_active": None}])
def test_who_is_shut_out_by_the_owner_is_out_of_the_preview_for_good(api, shop, change):
    user = make_staff("a@example.com")
    token, shopper = enter(api, shop, user), make_member().token
    colleague = enter(api, shop, make_staff("b@example.com"))
    assert edit(shop, user, **change).status_code == 302
    refused(api.get("/api/v1/me", token=token), 401, "unauthorized")
    assert edit(shop, user).status_code == 302  # switched on again
    user.refresh_from_db()
    assert user.is_active
    refused(api.get("/api/v1/me", token=token), 401, "unauthorized")
    assert [api.get("/api/v1/me", token=other).status_code for other in (shopper, colleague)] == [200, 200]


def test_an_edit_that_shuts_nobody_out_leaves_the_preview(api, shop):
    user = make_staff("a@example.com")
    token = enter(api, shop, user)
    assert edit(shop, user, display_name="小李", roles=["客服"]).status_code == 302
    assert api.get("/api/v1/me", token=token).status_code == 200
    refusal = edit(shop, user, password="12345678")
    assert refusal.status_code == 200
    assert api.get("/api/v1/me", token=token).status_code == 200


def test_a_new_password_from_the_command_line_ends_the_preview(api, shop):
    user = make_staff("a@example.com")
    token = enter(api, shop, user)
    with pytest.raises(ShopError, match="password_invalid"):
        reset_password("a@example.com", "short")
    assert api.get("/api/v1/me", token=token).status_code == 200
    reset_password("a@example.com", "another-horse-8")
    refused(api.get("/api/v1/me", token=token), 401, "unauthorized")


def test_no_page_deletes_a_colleague_who_ordered_in_the_preview(api, shop):
    user = make_staff("a@example.com")
    enter(api, shop, user)
    make_order(sandboxes().get())
    browser = browser_of(shop, owner())
    assert browser.post(f"/admin/core/user/{user.pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"}
    browser.post("/admin/core/user/", chosen)
    assert User.objects.filter(pk=user.pk, is_active=True).exists()
    assert (sandboxes().count(), Order.everything.count()) == (1, 1)
    assert edit(shop, user, is_active=None).status_code == 302
    assert not User.objects.get(pk=user.pk).is_active


def test_a_preview_asks_the_database_once_for_who_asks(api, shop, django_assert_num_queries):
    token = enter(api, shop, make_staff("a@example.com"))
    with django_assert_num_queries(1):
        assert api.get("/api/v1/me", token=token).status_code == 200


def _enter_at_once(shop):
    user = make_staff("a@example.com")
    tickets = [ticket_of(shop, user)[0] for _ in range(2)]
    calls = [lambda each=each: _outcome(each) for each in tickets]
    return at_once(shop, calls)


def _outcome(ticket):
    try:
        return log_in_with_ticket(ticket)
    except Exception as error:
        return error


@pytest.mark.race
def test_two_entries_at_once_make_one_member(committed_shop):
    found = _enter_at_once(committed_shop)
    assert failures(found) == 0, found
    assert {login.member.pk for login in found} == {sandboxes().get().pk}
    assert MemberToken.objects.count() == 2


@pytest.mark.race
def test_control_looking_first_and_making_then_refuses_one(committed_shop, monkeypatch):
    meeting = Meeting()

    def naive(user):
        member = sandboxes().filter(staff=user).first()
        meeting.wait()
        return member or Member.objects.create(is_sandbox=True, staff=user)

    monkeypatch.setattr(previewing, "_sandbox_member", naive)
    lock_nothing(monkeypatch)  # or the user's row brings them one after the other
    assert failures(_enter_at_once(committed_shop)) == 1


def lock_nothing(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)


def _enter_while_shut_out(shop, monkeypatch):
    """The tokens left when a log-in has found its user and the password is set anew before it is done."""
    ticket, _browser = ticket_of(shop, make_staff("a@example.com"))
    enters, shuts_out = lambda: log_in_with_ticket(ticket), lambda: reset_password("a@example.com", "another-horse-8")
    outcomes = meanwhile(shop, monkeypatch, (previewing, "issue_token"), enters, shuts_out)
    assert failures(outcomes) == 0, outcomes
    return MemberToken.objects.count()


@pytest.mark.race
def test_a_log_in_under_way_does_not_outlive_a_new_password(committed_shop, monkeypatch):
    assert _enter_while_shut_out(committed_shop, monkeypatch) == 0


@pytest.mark.race
def test_control_a_log_in_that_locks_no_user_outlives_it(committed_shop, monkeypatch):
    lock_nothing(monkeypatch)
    assert _enter_while_shut_out(committed_shop, monkeypatch) == 1
