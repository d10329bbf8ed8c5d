"""Log-in with WeChat, tokens, and who is who."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from shop.core.errors import ShopError
from shop.members import services
from shop.members.models import Identity, Member, MemberToken, WechatApp
from shop.members.services import logins
from tenants.context import using_shop
from tenants.models import Due
from tests.client import Api
from tests.race import Meeting
from tests.shop.members import APPID, at_once, body, log_in, refused

pytest_plugins = ["tests.shop.members"]


def test_a_first_log_in_makes_a_member_and_a_second_finds_it(api, app):
    first = body(api.post("/api/v1/auth/wechat-login", json={"code": "sim:alice"}))
    second = body(api.post("/api/v1/auth/wechat-login", json={"code": "sim:alice"}))
    member = Member.objects.get()
    assert first["member"] == {"key": member.key, "nickname": "", "avatar": "", "phone_last4": "", "level": None}
    assert second["member"] == first["member"]
    assert first["token"] != second["token"]
    identity = Identity.objects.get()
    assert (identity.kind, identity.app, identity.member) == ("MINIPROGRAM", APPID, member)
    until = datetime.fromisoformat(first["expires_at"])
    assert abs(until - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)


def test_a_token_has_256_bits_and_only_its_hash_is_stored(api, app):
    token = log_in(api)
    assert len(token) == 43
    stored = MemberToken.objects.get()
    assert len(stored.token_hash) == 64
    assert token not in str(MemberToken.objects.values())


def test_the_token_answers_me_with_one_query(api, app, django_assert_num_queries):
    token = log_in(api)
    with django_assert_num_queries(1):
        answer = api.get("/api/v1/me", token=token)
    assert body(answer)["key"] == Member.objects.get().key


def test_a_code_wechat_does_not_know_is_422_and_makes_nobody(api, app):
    for code in ("bad", "sim:", "x" * 200):
        assert refused(api.post("/api/v1/auth/wechat-login", json={"code": code}), 422, "wechat_code_invalid")["code"]
    assert not Member.objects.exists()


@pytest.mark.parametrize("sent", [{}, {"code": ""}, {"code": None}, {"code": ["a"]}, {"code": "x" * 201}, []])
def test_a_body_without_a_proper_code_is_422(api, app, sent):
    refused(api.post("/api/v1/auth/wechat-login", json=sent), 422, "invalid")
    assert not Member.objects.exists()


def test_a_shop_without_mini_program_says_so(api):
    refused(api.post("/api/v1/auth/wechat-login", json={"code": "sim:alice"}), 409, "wechat_app_missing")
    assert not Member.objects.exists()


def test_wechat_down_is_503_and_makes_nobody(api, app, settings):
    settings.WECHAT_API_URL = "http://127.0.0.1:1"
    refused(api.post("/api/v1/auth/wechat-login", json={"code": "sim:alice"}), 503, "wechat_unavailable")
    assert not Member.objects.exists()


def test_log_in_ignores_a_stale_token_in_the_header(api, app):
    assert api.post("/api/v1/auth/wechat-login", json={"code": "sim:alice"}, token="stale").status_code == 200


def test_unknown_expired_and_revoked_tokens_are_401(api, app):
    token = log_in(api)
    refused(api.get("/api/v1/me", token="x" * 43), 401, "unauthorized")
    refused(api.get("/api/v1/me"), 401, "unauthorized")
    assert api.post("/api/v1/auth/logout", token=token).status_code == 204
    refused(api.get("/api/v1/me", token=token), 401, "unauthorized")
    token = log_in(api)
    MemberToken.objects.update(expires_at=timezone.now())
    refused(api.get("/api/v1/me", token=token), 401, "unauthorized")


def test_a_log_in_lets_old_idempotency_records_go(api, app, shop):
    for _ in range(2):
        log_in(api)
    assert Due.objects.filter(shop=shop.uuid, kind="core.purge_idempotency").count() == 1


def test_logging_out_ends_this_log_in_only(api, app):
    one, two = log_in(api), log_in(api)
    api.post("/api/v1/auth/logout", token=one)
    assert api.get("/api/v1/me", token=two).status_code == 200


def test_a_token_of_one_shop_is_401_in_another(api, app, other_shop):
    token = log_in(api)
    with using_shop(other_shop):
        refused(Api(other_shop.host).get("/api/v1/me", token=token), 401, "unauthorized")


def test_a_member_keeps_the_ten_newest_tokens(api, app):
    tokens = [log_in(api) for _ in range(12)]
    assert [api.get("/api/v1/me", token=token).status_code for token in tokens] == [401, 401] + [200] * 10


def test_another_app_of_the_same_open_account_is_the_same_member(app):
    member = services.login("openid-1", "union-1", app)
    other = services.connect_app("wx-other", "secret")
    assert services.login("openid-2", "union-1", other) == member
    assert Member.objects.count() == 1


def test_a_unionid_learnt_later_joins_an_empty_member(app):
    known = services.login("openid-1", "union-1", app)
    services.update_profile(known, nickname="小明")
    services.bind_phone(known, "13800000001")
    other = services.connect_app("wx-other", "secret")
    stranger = services.login("openid-2", "", other)
    assert stranger != known
    assert services.login("openid-2", "union-1", other) == known
    assert list(Member.objects.all()) == [known]


def test_a_unionid_learnt_later_leaves_two_owners_apart(app):
    known = services.login("openid-1", "union-1", app)
    services.bind_phone(known, "13800000001")
    other = services.connect_app("wx-other", "secret")
    second = services.login("openid-2", "", other)
    services.bind_phone(second, "13800000002")
    assert services.login("openid-2", "union-1", other) == second
    assert Member.objects.count() == 2


def test_the_payer_is_who_logged_in_for_the_token(api, app):
    log_in(api)
    token = MemberToken.objects.select_related("identity").get()
    assert services.payer_openid(token) == Identity.objects.get().subject
    assert services.payer_openid(MemberToken(member=token.member)) == ""


def test_connecting_an_app_again_replaces_it(app):
    services.connect_app("wx-new", "new-secret", "新店")
    stored = WechatApp.objects.get()
    assert (stored.appid, stored.secret, stored.name) == ("wx-new", "new-secret", "新店")
    assert "new-secret" not in stored.secret_sealed


@pytest.mark.parametrize(
    ("appid", "secret", "field"), [("", "s", "appid"), ("微信", "s", "appid"), ("wx1", " ", "secret")]
)
def test_an_impossible_app_is_refused_and_nothing_changes(app, appid, secret, field):
    with pytest.raises(ShopError) as refusal:
        services.connect_app(appid, secret)
    assert list(refusal.value.detail) == [field]
    assert WechatApp.objects.get().appid == APPID


def _parallel_first_log_ins(shop):
    call = lambda: Api(shop.host).post("/api/v1/auth/wechat-login", json={"code": "sim:racer"})  # noqa: E731
    return at_once(shop, [call] * 8)


@pytest.mark.race
def test_parallel_first_log_ins_make_one_member(committed_shop, wechatsim):
    services.connect_app(APPID, "the-secret")
    answers = _parallel_first_log_ins(committed_shop)
    assert [answer.status_code for answer in answers] == [200] * 8
    assert {body(answer)["member"]["key"] for answer in answers} == {Member.objects.get().key}
    assert Identity.objects.count() == 1


@pytest.mark.race
def test_control_reading_first_and_writing_then_makes_several_members(committed_shop, wechatsim, monkeypatch):
    looked = []

    def naive(openid, unionid, app):
        known = Identity.objects.of_app(app.appid, openid)
        if not known.exists():
            looked[-1].wait()
            row = Identity(member=Member.objects.create(), kind="MINIPROGRAM", app=app.appid, subject=openid)
            Identity.objects.bulk_create([row], ignore_conflicts=True)
        return known.get()

    monkeypatch.setattr(logins, "_identity", naive)
    services.connect_app(APPID, "the-secret")
    for _ in range(3):
        Member.objects.all().delete()
        looked.append(Meeting())
        _parallel_first_log_ins(committed_shop)
        assert Member.objects.count() > 1
