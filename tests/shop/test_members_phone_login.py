"""Log-in by a code that is sent to a phone."""

import re
from datetime import timedelta

import pytest
from django.db import connection

from shop.core import crypto
from shop.core.errors import ShopError
from shop.members import services
from shop.members.models import Identity, Member, MemberToken, PhoneCode
from shop.members.services import phone_logins, phones
from shop.orders.models import Order
from tenants.context import using_shop
from tenants.models import Due, Quota, SentCode
from tenants.signup import limits
from tests.client import Api
from tests.factories import broken, make_address, make_sku
from tests.race import Meeting, together
from tests.race import refused as refused_calls
from tests.shop.members import at_once, body, log_in, refused

pytest_plugins = ["tests.shop.members"]

PHONE = "13800138000"
SENDER = "tests.shop.test_members_phone_login.Worker"


class Worker:
    """A sender behind a network."""

    kinds = frozenset({"phone"})
    uses_network = True
    sent = []

    def send(self, contact, code, purpose):
        self.sent.append((contact.value, code, purpose))


@pytest.fixture(autouse=True)
def mailbox(settings):
    settings.CODE_SENDER = "tenants.signup.senders.OutboxSender"
    Worker.sent.clear()


def ask(api, phone=PHONE, **extra):
    return api.post("/api/v1/auth/phone-code", json={"phone": phone}, **extra)


def sent_code(phone=PHONE):
    return SentCode.objects.filter(contact=phone).latest("pk").code


def prove(api, code, phone=PHONE):
    return api.post("/api/v1/auth/phone-login", json={"phone": phone, "code": code})


def logged_in(api, phone=PHONE):
    assert ask(api, phone).status_code == 204
    return body(prove(api, sent_code(phone), phone))


def wrong(code, by=1):
    return f"{(int(code) + by) % 1_000_000:06d}"


def later(**distance):
    seconds = timedelta(**distance).total_seconds()
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE "public"."tenants_quota" SET hits = '
            "ARRAY(SELECT h - make_interval(secs => %s) FROM unnest(hits) h)",
            [seconds],
        )
        cursor.execute("UPDATE members_phonecode SET expires_at = expires_at - make_interval(secs => %s)", [seconds])


def test_who_proves_a_number_is_a_member_with_that_number(api, shop):
    found = logged_in(api)
    member = Member.objects.get()
    assert found["member"] == {"key": member.key, "nickname": "", "avatar": "", "phone_last4": "8000", "level": None}
    identity = Identity.objects.get()
    assert (identity.kind, identity.subject, identity.member) == ("PHONE", crypto.digest(PHONE, "phone"), member)
    assert MemberToken.objects.get().identity == identity
    assert body(api.get("/api/v1/me", token=found["token"]))["key"] == member.key
    assert (SentCode.objects.get().purpose, member.phone) == ("login", PHONE)
    assert broken() == {}


def test_a_number_is_the_same_however_it_is_typed(api):
    assert ask(api, "+86 138-0013-8000").status_code == 204
    assert prove(api, sent_code(), "0086 138 0013 8000").status_code == 200
    later(minutes=2)
    logged_in(api)
    assert Member.objects.count() == 1


def test_neither_code_nor_number_is_stored_in_clear(api):
    ask(api)
    code = sent_code()
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(members_phonecode)::text FROM members_phonecode")
        (row,) = cursor.fetchone()
        cursor.execute("""SELECT string_agg(subject, ' ') FROM "public"."tenants_quota" """)
        (subjects,) = cursor.fetchone()
    assert re.fullmatch(r"[0-9]{6}", code)
    assert PHONE not in row
    assert f'"{code}"' not in row
    assert PHONE not in subjects


@pytest.mark.parametrize("phone", ["", "1380013800", "23800138000", "lin@example.com", "一三八", None, ["1"], "1" * 41])
def test_what_is_no_mobile_number_gets_no_code(api, phone):
    assert ask(api, phone).status_code == 422
    assert prove(api, "123456", phone).status_code == 422
    assert (PhoneCode.objects.count(), SentCode.objects.count(), Quota.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "１２３４５６", None, 123456789])
def test_what_is_no_code_is_no_guess(api, code):
    ask(api)
    refused(prove(api, code), 422, "invalid")
    assert PhoneCode.objects.get().tries == 0


def test_a_wrong_code_logs_nobody_in_and_five_end_the_code(api):
    ask(api)
    code = sent_code()
    for by in range(1, 6):
        refused(prove(api, wrong(code, by)), 422, "code_wrong")
    refused(prove(api, code), 422, "code_wrong")
    assert (PhoneCode.objects.get().tries, Member.objects.count(), MemberToken.objects.count()) == (5, 0, 0)


def test_a_code_works_once_for_ten_minutes_and_until_the_next(api):
    ask(api)
    first = sent_code()
    assert prove(api, first).status_code == 200
    refused(prove(api, first), 422, "code_wrong")
    later(minutes=2)
    ask(api)
    second = sent_code()
    if first != second:
        refused(prove(api, first), 422, "code_wrong")
    later(minutes=11)
    refused(prove(api, second), 422, "code_wrong")
    assert MemberToken.objects.count() == 1


def test_a_code_of_one_shop_is_worth_nothing_at_another(api, shop, other_shop):
    ask(api)
    code = sent_code()
    with using_shop(other_shop):
        refused(prove(Api(other_shop.host), code), 422, "code_wrong")
        assert MemberToken.objects.count() == 0
        copied = PhoneCode(nonce="0" * 32)
        copied.phone = PHONE
        theirs = copied.digits
    own = PhoneCode(nonce="0" * 32)
    own.phone = PHONE
    assert own.digits != theirs


def test_the_answer_does_not_tell_whether_the_number_is_known(api):
    logged_in(api)
    later(minutes=2)
    known, unknown = ask(api), ask(api, "13900139000")
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content) == (204, b"")
    (first, second) = (prove(api, wrong(sent_code(phone)), phone) for phone in (PHONE, "13900139000"))
    assert {**body(first), "request_id": ""} == {**body(second), "request_id": ""}


def test_a_number_gets_one_code_a_minute_and_ten_a_day_over_all_shops(api, shop, other_shop):
    assert ask(api).status_code == 204
    assert refused(ask(api), 429, "too_many") == {"seconds": 60}
    with using_shop(other_shop):
        refused(ask(Api(other_shop.host)), 429, "too_many")
    for _ in range(9):
        later(minutes=2)
        assert ask(api).status_code == 204
    later(minutes=2)
    assert refused(ask(api), 429, "too_many") == {"seconds": 86_400}
    assert SentCode.objects.count() == 10


def test_an_address_gets_sixty_codes_an_hour(api, settings):
    settings.LOGIN_CODES_PER_DAY = 1000
    for number in range(60):
        assert ask(api, f"138001380{number:02d}", REMOTE_ADDR="10.0.0.1").status_code == 204
    refused(ask(api, "13900000000", REMOTE_ADDR="10.0.0.1"), 429, "too_many")
    assert ask(api, "13900000000", REMOTE_ADDR="10.0.0.2").status_code == 204


def test_a_shop_sends_so_many_a_day_and_the_others_go_on(api, other_shop, settings):
    settings.LOGIN_CODES_PER_DAY = 2
    for number in range(2):
        assert ask(api, f"1380013800{number}").status_code == 204
    refused(ask(api, "13900000000"), 429, "too_many")
    with using_shop(other_shop):
        assert ask(Api(other_shop.host), "13900000000").status_code == 204


def test_an_address_uses_up_a_tenth_of_a_shops_codes_and_no_more(api, shop, other_shop):
    def outcomes(numbers, address, host):
        return [ask(host, f"139001390{n:02d}", REMOTE_ADDR=address).status_code for n in numbers]

    assert set(outcomes(range(50), "10.0.0.1", api)) == {204}
    counted = quotas()
    assert refused(ask(api, REMOTE_ADDR="10.0.0.1"), 429, "too_many") == {"seconds": 86_400}
    assert quotas() == counted
    assert outcomes(range(50, 52), "10.0.0.2", api) == [204, 204]
    with using_shop(other_shop):  # the address may go on elsewhere, up to its sixty an hour
        assert outcomes(range(60, 71), "10.0.0.1", Api(other_shop.host)) == [204] * 10 + [429]
    later(minutes=61)
    assert refused(ask(api, REMOTE_ADDR="10.0.0.1"), 429, "too_many") == {"seconds": 86_400}
    later(minutes=24 * 60)
    assert ask(api, REMOTE_ADDR="10.0.0.1").status_code == 204


def quotas():
    return dict(Quota.objects.values_list("scope", "hits__len"))


@pytest.mark.parametrize(("a_day", "share"), [(500, 50), (100, 10), (20, 5), (0, 5)])
def test_the_share_of_an_address_is_a_tenth_and_at_least_five(a_day, share):
    assert limits.login_codes_by_shop_and_address(a_day).most == share


def test_without_a_way_to_phones_the_answer_says_so_and_counts_nothing(api, settings):
    settings.CODE_SENDER = "tenants.signup.senders.SmtpSender"
    refused(ask(api), 409, "contact_unreachable")
    assert (PhoneCode.objects.count(), Quota.objects.count()) == (0, 0)
    assert body(api.get("/api/v1/bootstrap"))["members"] == {"phone_login": False}
    settings.CODE_SENDER = SENDER
    assert body(api.get("/api/v1/bootstrap"))["members"] == {"phone_login": True}


def test_a_sender_behind_a_network_is_called_by_a_worker(api, shop, settings):
    settings.CODE_SENDER = SENDER
    ask(api)
    assert Worker.sent == []
    ref = Due.objects.get(shop=shop.uuid, kind="members.send_code").ref
    phone_logins.send_code(ref)
    ((phone, code, purpose),) = Worker.sent
    assert (phone, purpose) == (PHONE, "login")
    assert prove(api, code).status_code == 200
    phone_logins.send_code(ref)
    later(minutes=2)
    ask(api)
    phone_logins.send_code(ref)
    assert len(Worker.sent) == 1


def test_a_member_whom_staff_made_is_taken_over(api):
    made = services.member_with_phone(PHONE)
    assert logged_in(api)["member"]["key"] == made.key
    assert Member.objects.count() == 1


def test_who_bound_the_number_in_wechat_is_the_same_member(api, app):
    token = log_in(api)
    member = Member.objects.get()
    services.bind_phone(member, PHONE)
    found = logged_in(api)
    assert found["member"]["key"] == member.key
    services.bind_phone(member, PHONE)
    for each in (token, found["token"]):
        assert body(api.get("/api/v1/me", token=each))["key"] == member.key
    services.bind_phone(member, "13900139000")
    refused(api.get("/api/v1/me", token=found["token"]), 401, "unauthorized")
    assert api.get("/api/v1/me", token=token).status_code == 200


def test_erasure_forgets_the_code_too(api):
    found = logged_in(api)
    assert api.post("/api/v1/account/erase", token=found["token"]).status_code == 204
    assert not PhoneCode.objects.exists()
    later(minutes=2)
    assert logged_in(api)["member"]["key"] != found["member"]["key"]
    assert broken() == {}


def test_expired_codes_go_and_the_audit_notices_when_they_do_not(api, shop):
    ask(api)
    assert Due.objects.filter(shop=shop.uuid, kind="members.purge_codes").count() == 1
    assert phone_logins.purge_codes("daily").seconds == 86_400
    later(days=2, minutes=11)
    assert set(broken()) == {"I18"}
    assert phone_logins.purge_codes("daily") is None
    assert not PhoneCode.objects.exists()


def test_orders_say_that_they_came_from_a_browser(api, app, django_assert_num_queries):
    sku = make_sku()
    phone = logged_in(api)["token"]
    with django_assert_num_queries(1):
        api.get("/api/v1/me", token=phone)
    for token, channel in ((phone, "H5"), (None, "MINIPROGRAM")):
        token = token or log_in(api)
        member = MemberToken.objects.latest("pk").member
        wanted = {"items": [{"sku": sku.key, "quantity": 1}], "address": make_address(member).key}
        assert api.post("/api/v1/orders", json=wanted, token=token, key=token).status_code == 201
        assert Order.objects.latest("pk").channel == channel


def _parallel_log_ins(shop, code, phone=PHONE, times=8):
    return at_once(shop, [lambda: prove(Api(shop.host), code, phone)] * times)


@pytest.mark.race
def test_parallel_log_ins_with_one_code_make_one_token(committed_shop):
    Quota.objects.all().delete()
    ask(Api(committed_shop.host))
    answers = _parallel_log_ins(committed_shop, sent_code())
    assert sorted(answer.status_code for answer in answers) == [200] + [422] * 7
    assert (Member.objects.count(), MemberToken.objects.count()) == (1, 1)


@pytest.mark.race
def test_control_looking_first_and_using_then_makes_several_tokens(committed_shop, monkeypatch):
    Quota.objects.all().delete()
    looked = Meeting()

    def naive(row):
        unused = PhoneCode.objects.filter(pk=row.pk, used_at=None).exists()
        looked.wait()
        return unused

    monkeypatch.setattr(phone_logins, "lock_identities", lambda: None)
    monkeypatch.setattr(PhoneCode, "use", naive)
    services.member_with_phone(PHONE)
    ask(Api(committed_shop.host))
    _parallel_log_ins(committed_shop, sent_code(), times=2)
    assert MemberToken.objects.count() == 2


@pytest.mark.race
def test_parallel_first_log_ins_of_one_number_make_one_member(committed_shop):
    made = at_once(committed_shop, [lambda: services.member_with_phone(PHONE)] * 8)
    assert {member.pk for member in made} == {Member.objects.get().pk}
    assert Identity.objects.count() == 1


@pytest.mark.race
def test_control_without_the_lock_one_of_two_first_log_ins_fails(committed_shop, monkeypatch):
    looked = Meeting()
    monkeypatch.setattr(phones, "lock_identities", lambda: None)
    create = phones._set_phone

    def naive(member, phone):
        looked.wait()
        return create(member, phone)

    monkeypatch.setattr(phones, "_set_phone", naive)
    made = together(committed_shop, *[lambda: services.member_with_phone(PHONE)] * 2)
    assert refused_calls(made) == 1  # the database's constraint is the last word


@pytest.mark.race
def test_parallel_guesses_have_five_tries_together(committed_shop):
    Quota.objects.all().delete()
    ask(Api(committed_shop.host))
    code = sent_code()
    calls = [lambda by=by: prove(Api(committed_shop.host), wrong(code, by)) for by in range(1, 13)]
    assert {answer.status_code for answer in at_once(committed_shop, calls)} == {422}
    assert PhoneCode.objects.get().tries == 5
    with pytest.raises(ShopError, match="code_wrong"):
        services.log_in_with_phone(PHONE, code)
