"""Attacks by timing: who is who while numbers are bound, codes used, members erased and previews purged."""

from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from shop.core.errors import ShopError
from shop.members import services
from shop.members.models import Identity, Member, MemberToken, PhoneCode
from shop.members.services import erasure, logins, phone_logins, phones
from shop.orders.models import Order
from shop.orders.services import OrderRequest, Wanted, checkout, place_order, purge_sandbox
from tenants.models import Quota
from tests.client import Api
from tests.factories import broken, make_address, make_sku
from tests.race import meanwhile
from tests.race import refused as failures
from tests.shop.admin_browser import make_staff
from tests.shop.members import APPID
from tests.shop.previews import enter
from tests.shop.test_members_phone_login import PHONE, ask, mailbox, sent_code  # noqa: F401

pytest_plugins = ["tests.shop.members"]
pytestmark = pytest.mark.race


@pytest.fixture
def known(committed_shop):
    """A member with a verified phone, something to lose, and a code on the way."""
    Quota.objects.all().delete()
    member = services.member_with_phone(PHONE)
    make_address(member)
    ask(Api(committed_shop.host))
    return member


@pytest.fixture
def from_wechat(committed_shop, monkeypatch):
    """A member who logs in with WeChat."""
    services.connect_app(APPID, "the-secret")
    said = SimpleNamespace(openid="openid-of-alice", unionid="")
    monkeypatch.setattr(logins.wechat, "code_to_session", lambda code: said)
    return services.log_in_with_code("code").member


def erased(member):
    return Member.objects.filter(pk=member.pk, erased_at__isnull=False).exists()


def test_a_code_logs_nobody_in_whom_an_erasure_overtakes(committed_shop, known, monkeypatch):
    code = sent_code()
    outcomes = meanwhile(
        committed_shop,
        monkeypatch,
        (phone_logins, "lock_identities"),  # the code is proved, its use is next
        lambda: services.log_in_with_phone(PHONE, code),
        lambda: services.erase_member(known),
    )
    assert (outcomes[0].code, outcomes[1], erased(known)) == ("code_wrong", None, True)
    assert (Member.objects.count(), MemberToken.objects.exists(), PhoneCode.objects.exists()) == (1, False, False)
    assert broken() == {}


def test_an_erasure_waits_for_a_log_in_under_way_and_ends_it(committed_shop, known, monkeypatch):
    code = sent_code()
    outcomes = meanwhile(
        committed_shop,
        monkeypatch,
        (phone_logins, "issue_token"),
        lambda: services.log_in_with_phone(PHONE, code),
        lambda: services.erase_member(known),
    )
    assert (failures(outcomes), erased(known)) == (0, True)
    assert (MemberToken.objects.exists(), Identity.objects.exists()) == (False, False)
    assert broken() == {}


def test_control_a_log_in_that_looks_before_the_lock_lets_an_erased_member_in(committed_shop, known, monkeypatch):
    def naive():
        member = Identity.objects.of_phone(known.phone_digest).get().member
        return phone_logins.issue_token(member)

    outcomes = meanwhile(
        committed_shop, monkeypatch, (phone_logins, "issue_token"), naive, lambda: services.erase_member(known)
    )
    assert (failures(outcomes), erased(known), MemberToken.objects.count()) == (0, True, 1)
    assert broken() == {"I18": 1}


def test_a_number_is_not_bound_to_whom_an_erasure_overtakes(committed_shop, from_wechat, monkeypatch):
    outcomes = meanwhile(
        committed_shop,
        monkeypatch,
        (phones, "lock_identities"),
        lambda: services.bind_phone(from_wechat, PHONE),
        lambda: services.erase_member(from_wechat),
    )
    assert (outcomes[0].code, outcomes[1], erased(from_wechat)) == ("unauthorized", None, True)
    assert not Identity.objects.exists()
    assert broken() == {}


def test_an_erasure_takes_the_number_that_is_just_bound(committed_shop, from_wechat, monkeypatch):
    outcomes = meanwhile(
        committed_shop,
        monkeypatch,
        (phones, "_set_phone"),
        lambda: services.bind_phone(from_wechat, PHONE),
        lambda: services.erase_member(from_wechat),
    )
    assert (failures(outcomes), erased(from_wechat)) == (0, True)
    assert not Identity.objects.exists()
    assert broken() == {}


def test_control_a_binding_without_locks_leaves_an_erased_members_number(committed_shop, from_wechat, monkeypatch):
    for module in (phones, erasure):
        monkeypatch.setattr(module, "lock_identities", lambda: None)
    monkeypatch.setattr(phones, "lock_members", lambda *pks: [Member.objects.get(pk=pk) for pk in pks])
    outcomes = meanwhile(
        committed_shop,
        monkeypatch,
        (phones, "_set_phone"),
        lambda: services.bind_phone(from_wechat, PHONE),
        lambda: services.erase_member(from_wechat),
    )
    assert failures(outcomes) == 0
    assert broken()["I18"] == 1


def test_who_binds_a_number_and_who_logs_in_by_it_are_one(committed_shop, from_wechat, monkeypatch):
    make_address(from_wechat)
    Quota.objects.all().delete()
    ask(Api(committed_shop.host))
    code = sent_code()
    outcomes = meanwhile(
        committed_shop,
        monkeypatch,
        (phones, "_set_phone"),  # the number is free, it is taken next
        lambda: services.bind_phone(from_wechat, PHONE),
        lambda: services.log_in_with_phone(PHONE, code),
    )
    assert failures(outcomes) == 0, outcomes
    assert [outcomes[0].pk, outcomes[1].member.pk] == [from_wechat.pk] * 2
    assert Member.objects.count() == 1
    assert broken() == {}


def test_control_two_that_take_a_number_without_the_lock_meet_the_constraint(committed_shop, from_wechat, monkeypatch):
    make_address(from_wechat)
    monkeypatch.setattr(phones, "lock_identities", lambda: None)
    outcomes = meanwhile(
        committed_shop,
        monkeypatch,
        (phones, "_set_phone"),
        lambda: services.bind_phone(from_wechat, PHONE),
        lambda: services.member_with_phone(PHONE),
    )
    assert failures(outcomes) == 1
    assert broken() == {}


def test_a_wechat_log_in_that_an_erasure_overtakes_is_a_new_member(committed_shop, from_wechat, monkeypatch):
    outcomes = meanwhile(
        committed_shop,
        monkeypatch,
        (logins, "issue_token"),  # the member is found
        lambda: services.log_in_with_code("code"),
        lambda: services.erase_member(from_wechat),
    )
    assert failures(outcomes) == 0, outcomes
    assert erased(from_wechat)
    new = Member.objects.exclude(pk=from_wechat.pk).get()
    assert outcomes[0].member == new
    assert MemberToken.objects.get().member == new
    assert broken() == {}


def _order_while_purged(shop, monkeypatch):
    enter(Api(shop.host), shop, make_staff("a@example.com"))
    visitor, sku = Member.everything.get(is_sandbox=True), make_sku()
    request = OrderRequest(items=[Wanted(sku.key, 1)], address=make_address(visitor).key)
    MemberToken.objects.update(expires_at=timezone.now())
    return meanwhile(
        shop,
        monkeypatch,
        (checkout, "_new_order"),
        lambda: place_order(visitor, request),
        lambda: purge_sandbox(visitor.key),
    )


def test_the_purge_waits_for_a_trial_order_and_takes_it_along(committed_shop, monkeypatch):
    outcomes = _order_while_purged(committed_shop, monkeypatch)
    assert failures(outcomes) == 0, outcomes
    assert outcomes[1] is None
    assert (Order.everything.count(), Member.everything.count()) == (0, 0)
    assert broken() == {}


def test_control_a_trial_order_that_locks_nobody_loses_its_member(committed_shop, monkeypatch):
    monkeypatch.setattr(checkout, "lock_member", lambda member: member)
    outcomes = _order_while_purged(committed_shop, monkeypatch)
    assert failures(outcomes) == 1
    assert (Order.everything.count(), Member.everything.count()) == (0, 0)


def test_whom_the_purge_took_orders_nothing(api, shop):
    enter(api, shop, make_staff("a@example.com"))
    visitor, sku = Member.everything.get(is_sandbox=True), make_sku()
    request = OrderRequest(items=[Wanted(sku.key, 1)], address=make_address(visitor).key)
    MemberToken.objects.all().delete()
    assert purge_sandbox(visitor.key) is None
    with pytest.raises(ShopError, match="unauthorized"), transaction.atomic():
        place_order(visitor, request)
    assert not Order.everything.exists()
