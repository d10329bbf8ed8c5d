"""Profile, phone numbers, erasure, slots of unpaid orders."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.cart.models import CartItem
from shop.cart.receivers import on_member_erased
from shop.core.auditing import violations
from shop.core.errors import ShopError
from shop.members import services
from shop.members.models import Address, Identity, Member, MemberToken
from shop.members.services.phones import MOST_TRIES
from tenants.models import OutboxEvent
from tests.client import Api
from tests.shop.members import APPID, at_once, body, log_in, refused

pytest_plugins = ["tests.shop.members"]

HOME = services.AddressDraft("王小明", "13800000000", "浙江省", "杭州市", "文三路 1 号", "西湖区")


def bind(api, token, number):
    return api.post("/api/v1/auth/phone", json={"code": f"phone:{number}"}, token=token)


def settle(member):
    """Let the member own something."""
    services.create_address(member, HOME)


def test_a_member_changes_nickname_and_avatar(api, app, shop):
    token = log_in(api)
    own = f"/media/{shop.uuid}/p/aa/0123.webp"
    answer = api.patch("/api/v1/me", json={"nickname": "  小明 🐼 ", "avatar": own}, token=token)
    assert (body(answer)["nickname"], body(answer)["avatar"]) == ("小明 🐼", own)
    answer = api.patch("/api/v1/me", json={"avatar": "https://thirdwx.qlogo.cn/mmopen/x/132"}, token=token)
    assert body(answer)["nickname"] == "小明 🐼"
    stored = Member.objects.get()
    assert (stored.nickname, stored.avatar) == ("小明 🐼", "https://thirdwx.qlogo.cn/mmopen/x/132")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("nickname", "长" * 41),
        ("nickname", "a\nb"),
        ("nickname", "a\x00b"),
        ("nickname", None),
        ("avatar", "http://example.com/a.png"),
        ("avatar", "javascript:alert(1)"),
        ("avatar", "https://user@example.com/a.png"),
        ("avatar", 'https://example.com/"><script>'),
        ("avatar", "https://"),
        ("avatar", "https://[bad"),
        ("avatar", "//example.com/a.png"),
        ("avatar", "/media/00000000-0000-0000-0000-000000000001/p/aa/b.webp"),
        ("avatar", "https://example.com/" + "a" * 300),
    ],
)
def test_an_unacceptable_profile_names_the_field_and_changes_nothing(api, app, field, value):
    token = log_in(api)
    answer = api.patch(
        "/api/v1/me", json={field: value, "nickname" if field == "avatar" else "avatar": ""}, token=token
    )
    assert field in refused(answer, 422, "invalid")
    assert (Member.objects.get().nickname, Member.objects.get().avatar) == ("", "")


def test_own_media_does_not_lead_out_of_the_shop(api, app, shop):
    token = log_in(api)
    for path in (f"/media/{shop.uuid}/../x.webp", f"/media/{shop.uuid}/a%2e%2e/x.webp", f"/media/{shop.uuid}/"):
        assert "avatar" in refused(api.patch("/api/v1/me", json={"avatar": path}, token=token), 422, "invalid")


def test_a_verified_phone_is_stored_encrypted_and_shown_by_its_end(api, app):
    token = log_in(api)
    assert body(bind(api, token, "13812345678"))["phone_last4"] == "5678"
    member = Member.objects.get()
    assert member.phone == "13812345678"
    assert "13812345678" not in str(Member.objects.values()) + str(Identity.objects.values())
    assert Identity.objects.get(kind="PHONE").subject == member.phone_digest


def test_binding_again_and_binding_another_number_keep_one_phone(api, app):
    token = log_in(api)
    for number in ("13812345678", "13812345678", "13900000000"):
        assert bind(api, token, number).status_code == 200
    assert Member.objects.get().phone == "13900000000"
    assert Identity.objects.filter(kind="PHONE").count() == 1


def test_a_bad_phone_code_is_422_and_wechat_down_503(api, app, settings):
    token = log_in(api)
    refused(api.post("/api/v1/auth/phone", json={"code": "nonsense"}, token=token), 422, "wechat_code_invalid")
    settings.WECHAT_API_URL = "http://127.0.0.1:1"
    refused(bind(api, token, "13812345678"), 503, "wechat_unavailable")
    assert Member.objects.get().phone == ""


def test_the_phone_needs_a_log_in(api, app):
    refused(bind(api, None, "13812345678"), 401, "unauthorized")


def test_tries_to_bind_are_limited_per_member_and_day(api, app, wechatsim):
    token, other = log_in(api), log_in(api, "bob")
    for _ in range(MOST_TRIES):
        refused(api.post("/api/v1/auth/phone", json={"code": "nonsense"}, token=token), 422, "wechat_code_invalid")
    refused(bind(api, token, "13812345678"), 429, "too_many_requests")
    assert not Identity.objects.filter(kind="PHONE").exists()
    assert bind(api, other, "13900000000").status_code == 200
    Member.objects.update(phone_tries_since=timezone.now() - timedelta(days=1))
    assert bind(api, token, "13812345678").status_code == 200


def test_a_number_of_a_member_with_nothing_passes_to_who_proves_it(api, app):
    alice, bob = log_in(api), log_in(api, "bob")
    bind(api, alice, "13812345678")
    assert body(bind(api, bob, "13812345678"))["phone_last4"] == "5678"
    assert body(api.get("/api/v1/me", token=alice))["phone_last4"] == ""
    assert Member.objects.count() == 2


def test_a_member_with_nothing_becomes_the_owner_of_the_number(api, app):
    alice = log_in(api)
    bind(api, alice, "13812345678")
    owner = Member.objects.get()
    settle(owner)
    bob = log_in(api, "bob")
    assert body(bind(api, bob, "13812345678"))["key"] == owner.key
    assert body(api.get("/api/v1/me", token=bob))["key"] == owner.key
    assert body(api.post("/api/v1/auth/wechat-login", json={"code": "sim:bob"}))["member"]["key"] == owner.key
    assert list(Member.objects.all()) == [owner]


def test_two_members_who_both_own_something_stay_apart(api, app):
    alice, bob = log_in(api), log_in(api, "bob")
    bind(api, alice, "13812345678")
    for member in Member.objects.all():
        settle(member)
    refused(bind(api, bob, "13812345678"), 409, "phone_taken")
    assert body(api.get("/api/v1/me", token=alice))["phone_last4"] == "5678"
    assert body(api.get("/api/v1/me", token=bob))["phone_last4"] == ""
    assert Identity.objects.filter(kind="PHONE").count() == 1


def test_a_phone_only_member_with_nothing_disappears_into_the_caller(api, app):
    old = Member.objects.create()
    services.bind_phone(old, "13812345678")
    token = log_in(api)
    assert body(bind(api, token, "13812345678"))["phone_last4"] == "5678"
    assert not Member.objects.filter(pk=old.pk).exists()


def test_erasure_blanks_who_it_was_and_ends_everything(api, app):
    token = log_in(api)
    bind(api, token, "13812345678")
    api.patch("/api/v1/me", json={"nickname": "小明", "avatar": "https://example.com/a.png"}, token=token)
    member = Member.objects.get()
    settle(member)
    assert api.post("/api/v1/account/erase", token=token).status_code == 204
    member.refresh_from_db()
    assert (member.nickname, member.avatar, member.phone, member.phone_digest, member.phone_last4) == ("",) * 5
    assert member.erased_at is not None
    assert [model.objects.count() for model in (MemberToken, Identity, Address)] == [0, 0, 0]
    event = OutboxEvent.objects.get(topic="member.erased")
    assert (event.ref, event.ids) == (member.key, {"member": member.pk})
    refused(api.get("/api/v1/me", token=token), 401, "unauthorized")


def test_erasing_again_has_no_effect_and_coming_back_is_a_new_member(api, app):
    token = log_in(api)
    member = Member.objects.get()
    services.erase_member(member)
    services.erase_member(member)
    assert OutboxEvent.objects.filter(topic="member.erased").count() == 1
    refused(api.get("/api/v1/me", token=token), 401, "unauthorized")
    again = body(api.post("/api/v1/auth/wechat-login", json={"code": "sim:alice"}))
    assert again["member"]["key"] != member.key


def test_an_erased_member_cannot_bind_or_keep_addresses(app):
    member = Member.objects.create()
    services.erase_member(member)
    for write in (lambda: services.bind_phone(member, "13812345678"), lambda: services.create_address(member, HOME)):
        with pytest.raises(ShopError) as refusal:
            write()
        assert (refusal.value.code, refusal.value.status) == ("unauthorized", 401)
    assert (Identity.objects.count(), Address.objects.count()) == (0, 0)


def test_the_cart_of_an_erased_member_is_emptied(app):
    member = Member.objects.create()
    services.erase_member(member)
    on_member_erased(OutboxEvent.objects.get(topic="member.erased"))
    assert not CartItem.objects.exists()


def test_unpaid_slots_are_counted_up_to_the_cap_and_never_below_zero(shop):
    member = Member.objects.create()
    assert [services.take_unpaid_slot(member.pk, 2) for _ in range(3)] == [True, True, False]
    member.refresh_from_db()
    assert member.unpaid_orders == 2
    for _ in range(3):
        services.free_unpaid_slot(member.pk)
    member.refresh_from_db()
    assert member.unpaid_orders == 0
    services.erase_member(member)
    assert services.take_unpaid_slot(member.pk, 2) is False


def test_the_auditor_sees_what_an_erasure_left_and_a_phone_of_nobody(shop):
    member = services.bind_phone(Member.objects.create(), "13812345678")
    assert (violations()["I16"], violations()["I18"]) == (0, 0)
    Member.objects.update(erased_at=timezone.now())
    Identity.objects.all().delete()
    address = Address(member=member)
    address.name, address.phone, address.detail = "王", "13800000000", "路"
    address.save()
    assert (violations()["I16"], violations()["I18"]) == (2, 1)


@pytest.mark.race
def test_parallel_bindings_of_one_number_leave_it_to_one_member(committed_shop, wechatsim):
    services.connect_app(APPID, "the-secret")
    tokens = [log_in(Api(committed_shop.host), f"shopper{number}") for number in range(6)]
    calls = [lambda token=token: bind(Api(committed_shop.host), token, "13812345678") for token in tokens]
    assert [answer.status_code for answer in at_once(committed_shop, calls)] == [200] * 6
    assert Member.objects.exclude(phone_digest="").count() == 1
    assert (Identity.objects.filter(kind="PHONE").count(), violations()["I16"]) == (1, 0)
