"""The token bucket in front of a flash sale: who is let through, who waits where, and what happens without Redis."""

import threading
import time

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from redis import Redis

from payments.services.closing import expire_order
from shop.core.models import ShopSettings
from shop.inventory.services import SoldOut
from shop.marketing.flash_sale import admission
from shop.members.models import Address, Identity, Member
from shop.members.services import issue_token
from shop.orders import services as orders
from shop.orders.models import Order
from shop.promotions.models import Activity
from shop.promotions.services import activities as life
from tenants import patience
from tenants.patience import Patience
from tests.client import Api
from tests.factories import make_address, make_member, make_sku
from tests.promotions.activities import unsound
from tests.promotions.test_flash_sale import flash, stock
from tests.race import Meeting, together
from tests.shop.members import at_once, body, committed_shop, refused  # noqa: F401

ORDERS = "/api/v1/orders"


@pytest.fixture(autouse=True)
def redis(monkeypatch):
    """An empty Redis that nobody has given up on."""
    monkeypatch.setattr(admission, "_patience", Patience())
    admission._redis.cache_clear()
    admission._script.cache_clear()
    with Redis.from_url(settings.CACHE_URL) as client:
        client.flushdb()
        yield client
    admission._redis.cache_clear()
    admission._script.cache_clear()


@pytest.fixture
def away(monkeypatch):
    """Redis goes away."""

    def leave():
        admission._redis.cache_clear()
        admission._script.cache_clear()
        monkeypatch.setattr(settings, "CACHE_URL", "redis://127.0.0.1:1/1")

    return leave


def buyer(**fields):
    found = make_member()
    found.address = make_address(found)
    return found


def ask(api, member, sku, session, key="k", units=1, **extra):
    item = {"sku": sku.key, "quantity": units, "activity": {"tool": "flash_sale", "key": session.key}}
    return api.post(ORDERS, {"items": [item], "address": member.address.key, **extra}, token=member.token, key=key)


def queue(api, member, session):
    return body(api.get(f"/api/v1/flash-sales/{session.key}/queue", token=member.token))


def spend(api, session, sku, count, monkeypatch, rate=1):
    """Let `count` requests through that buy nothing, so that their tokens are gone; refill at `rate` a second."""
    monkeypatch.setattr(settings, "FLASH_RATE", rate)
    idle = buyer()
    for number in range(count):
        refused(ask(api, idle, sku, session, key=f"spent-{number}", expected_total=1), 409, "price_changed")


def test_who_finds_no_token_waits_behind_those_who_asked_before(api, member, monkeypatch):
    sku = make_sku(price=1_000, stock=9)
    session = flash((sku, 100, 1))
    spend(api, session, sku, 21, monkeypatch)  # 1 × 1.2 + 20
    first, second = buyer(), buyer()
    assert queue(api, first, session) == {"admitted": False, "position": 0, "retry_after": 1}
    answer = ask(api, first, sku, session)
    detail = refused(answer, 429, "queueing")
    assert (detail, answer["Retry-After"]) == ({"activity": session.key, "position": 0, "retry_after": 1}, "1")
    assert refused(ask(api, second, sku, session), 429, "queueing")["position"] == 1
    assert refused(ask(api, member, sku, session), 429, "queueing")["position"] == 2
    assert refused(ask(api, first, sku, session, key="again"), 429, "queueing")["position"] == 0  # keeps the place
    assert queue(api, member, session) == {"admitted": False, "position": 2, "retry_after": 3}
    assert Order.objects.count() == 0
    monkeypatch.setattr(settings, "FLASH_RATE", 1_000)
    time.sleep(0.005)  # a token at least, three at most are needed
    assert queue(api, first, session)["admitted"]
    assert ask(api, first, sku, session).status_code == 201
    assert Order.objects.get().member == first
    assert unsound() == {}


def test_nobody_overtakes_and_who_stays_away_loses_the_place(api, member, monkeypatch):
    sku = make_sku(price=1_000, stock=9)
    session = flash((sku, 100, 1))
    spend(api, session, sku, 21, monkeypatch)
    early, late = buyer(), buyer()
    refused(ask(api, early, sku, session), 429, "queueing")
    bucket = admission._Session(session.key).keys("bucket")[0]
    admission._redis().hset(bucket, "tokens", "1.000")
    assert refused(ask(api, late, sku, session), 429, "queueing")["position"] == 1  # the token is kept
    monkeypatch.setattr(admission, "WAITS_MS", 0)
    time.sleep(0.002)
    admission._redis().hset(bucket, "tokens", "1.000")
    assert ask(api, member, sku, session).status_code == 201  # nobody is there any more


def test_sold_out_is_said_without_the_database_until_units_come_back(api, member, django_capture_on_commit_callbacks):
    sku = make_sku(price=1_000, stock=9)
    session = flash((sku, 100, 1))
    assert ask(api, member, sku, session).status_code == 201
    expected = {"skus": [{"sku": sku.key, "code": sku.code, "available": 0}]}
    assert refused(ask(api, buyer(), sku, session), 409, "sold_out") == expected
    rival = buyer()
    with CaptureQueriesContext(connection) as asked:
        assert refused(ask(api, rival, sku, session), 409, "sold_out") == expected
    (statement,) = [each["sql"] for each in asked.captured_queries]
    assert "members_membertoken" in statement  # who asks, and nothing else
    with django_capture_on_commit_callbacks(execute=True):
        expire_order(Order.objects.get().number)
    assert ask(api, rival, sku, session, key="again").status_code == 201
    assert (Order.objects.filter(state="UNPAID").count(), stock(sku)[session.key]) == (1, (1, 1))


def test_too_few_units_are_not_sold_out(api, member):
    sku = make_sku(price=1_000, stock=9)
    session = flash((sku, 100, 1))
    assert refused(ask(api, member, sku, session, units=2), 409, "sold_out")["skus"][0]["available"] == 1
    assert ask(api, buyer(), sku, session).status_code == 201


def test_news_of_sold_out_that_is_old_is_not_believed(api, member):
    sku = make_sku(price=1_000, stock=9)
    session = flash((sku, 100, 1))
    with (
        pytest.raises(SoldOut),
        admission.admit(member.pk, {session.key: frozenset([sku.key])}, "a"),
    ):
        order = orders.place_order(member, _request(member, sku, session))
        with pytest.raises(SoldOut) as error, transaction.atomic():
            orders.place_order(member, _request(member, sku, session))
        real = admission._ask

        def meanwhile(text, keys, values):
            if text is admission.scripts.SOLD:  # between looking and noting a unit comes back
                admission._ask = real
                orders.mark_cancelled(order, Order.CancelReason.MEMBER, actor="test")
                admission.units_came_back(session.key, [sku.key])
            return real(text, keys, values)

        admission._ask = meanwhile
        raise error.value
    assert admission._ask is real
    assert ask(api, buyer(), sku, session).status_code == 201


def _request(member, sku, session):
    wanted = [orders.Wanted(sku.key, 1, ("flash_sale", session.key))]
    return orders.OrderRequest(items=wanted, address=member.address.key)


def test_a_repeated_request_gets_its_answer_though_it_is_sold_out(api, member):
    sku = make_sku(price=1_000, stock=9)
    session = flash((sku, 100, 1))
    first = ask(api, member, sku, session, key="mine")
    refused(ask(api, buyer(), sku, session), 409, "sold_out")
    again = ask(api, member, sku, session, key="mine")
    assert (again.status_code, body(again)["number"]) == (201, body(first)["number"])
    refused(ask(api, member, sku, session, key="another"), 409, "sold_out")


def test_it_opens_with_the_database_and_leaves_refusing_what_is_over_to_it(api, member, redis):
    sku = make_sku(price=1_000, stock=9)
    session = flash((sku, 100, 1), begins=60)
    assert refused(ask(api, member, sku, session), 409, "activity_over") == {"activity": session.key}
    invented = Activity(key="invented")
    assert refused(ask(api, member, sku, invented), 409, "activity_over") == {"activity": "invented"}
    life.end_activity(session, actor="test")
    refused(ask(api, member, sku, session), 409, "activity_over")
    assert redis.keys("*flash*") == []  # what does not run leaves nothing


def test_shops_share_nothing(api, shop, other_shop, member, monkeypatch):
    from tenants.context import using_shop

    sku = make_sku(price=1_000, stock=9)
    session = flash((sku, 100, 1))
    mine = admission._Session(session.key).keys("bucket", skus=[sku.key])
    with using_shop(other_shop):
        assert set(admission._Session(session.key).keys("bucket", skus=[sku.key])) & set(mine) == set()


def test_an_order_without_a_flash_line_asks_nobody(api, member, monkeypatch):
    monkeypatch.setattr(admission, "_ask", None)
    sku = make_sku(price=1_000)
    sent = {"items": [{"sku": sku.key, "quantity": 1}], "address": member.address.key}
    assert api.post(ORDERS, sent, token=member.token, key="k").status_code == 201


def test_redis_is_asked_outside_the_transaction(api, member, monkeypatch):
    inside, real = [], admission._ask
    depth = len(connection.savepoint_ids)  # the test's own

    def spy(*args):
        inside.append(len(connection.savepoint_ids) > depth)
        return real(*args)

    monkeypatch.setattr(admission, "_ask", spy)
    sku = make_sku(price=1_000, stock=9)
    session = flash((sku, 100, 1))
    ask(api, member, sku, session)
    ask(api, buyer(), sku, session)
    assert inside == [False] * 4  # the first finds no bucket and asks twice; the second notes that it is sold out


def test_without_redis_the_database_sells_and_soon_it_is_asked_again(api, member, away, monkeypatch):
    sku = make_sku(price=1_000, stock=9)
    session = flash((sku, 100, 2))
    url = settings.CACHE_URL
    away()
    assert ask(api, member, sku, session).status_code == 201
    assert queue(api, member, session) == {"admitted": True, "position": 0, "retry_after": 0}
    assert ask(api, buyer(), sku, session).status_code == 201
    started = time.monotonic()
    for _times in range(5):
        refused(ask(api, buyer(), sku, session), 409, "sold_out")
    assert not admission._patience.allows()
    assert time.monotonic() - started < 5
    monkeypatch.setattr(settings, "CACHE_URL", url)
    monkeypatch.setattr(patience, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(admission, "_patience", Patience())
    admission._redis.cache_clear()
    admission._script.cache_clear()
    refused(ask(api, buyer(), sku, session), 409, "sold_out")
    assert admission._redis().exists(*admission._Session(session.key).keys("bucket")) == 1
    assert unsound() == {}


def crowd(count):
    """Members with tokens and addresses, made at once."""
    made = Member.objects.bulk_create(Member(nickname=f"买家{number}") for number in range(count))
    identities = Identity.objects.bulk_create(
        Identity(member=member, kind="MINIPROGRAM", app="wxtest", subject=f"crowd-{member.pk}") for member in made
    )
    for member, identity in zip(made, identities, strict=True):
        member.token = issue_token(member, identity)[0]
    addresses = Address.objects.bulk_create(
        Address(member=member, name="买家", phone="13800138000", detail="路", province="浙江省", city="杭州市",
                district="西湖区", is_default=True)
        for member in made
    )  # fmt: skip
    for member, address in zip(made, addresses, strict=True):
        member.address = address
    return made


def rush(shop, members, sku, session, *, threads=16, halfway=None):
    """Everybody asks, in threads, until told something final; returns the number of each final answer.

    `halfway` happens when half of the units are sold.
    """
    waiting, lock, answers = list(members), threading.Lock(), []
    turn = session.items.get().units // 2

    def work():
        api = Api(shop.host)
        while True:
            with lock:
                if not waiting:
                    return
                member = waiting.pop(0)
            answer = ask(api, member, sku, session, key=f"rush-{session.key}-{member.pk}")
            code = body(answer).get("code", "")
            with lock:
                if answer.status_code in (429, 503) or code == "in_progress":
                    waiting.append(member)
                else:
                    answers.append((answer.status_code, code))
                is_half = halfway and answers.count((201, "")) == turn and answers[-1] == (201, "")
            if is_half:
                halfway()

    at_once(shop, [work] * threads)
    return {answer: answers.count(answer) for answer in set(answers)}


@pytest.mark.race
@pytest.mark.timeout(1_800)
def test_two_thousand_want_one_hundred_units(committed_shop, redis, rounds):  # noqa: F811
    ShopSettings.objects.update(most_unpaid=100)
    members = crowd(2_000)
    for turn in range(1, 2 * rounds):
        sku = make_sku(price=1_000, stock=150)
        session = flash((sku, 100, 100), most_per_member=1)
        is_flushed = turn % 2  # the first, and every other one of many
        answers = rush(committed_shop, members, sku, session, halfway=redis.flushdb if is_flushed else None)
        assert answers == {(201, ""): 100, (409, "sold_out"): 1_900}
        assert (Order.objects.count(), stock(sku)) == (turn * 100, {"": (50, 0), session.key: (100, 100)})
    assert unsound() == {}


@pytest.mark.race
@pytest.mark.parametrize("state", ["there", "flushed", "away"])
def test_one_hundred_want_five_units_again_and_again(committed_shop, redis, away, state):  # noqa: F811
    members = crowd(100)
    if state == "away":
        away()
    sku = make_sku(price=1_000, stock=200)
    for _round in range(20 if state == "there" else 3):
        session = flash((sku, 100, 5))
        halfway = redis.flushdb if state == "flushed" else None
        answers = rush(committed_shop, members, sku, session, threads=8, halfway=halfway)
        assert answers == {(201, ""): 5, (409, "sold_out"): 95}
        assert stock(sku)[session.key] == (5, 5)
        for order in Order.objects.filter(state="UNPAID"):
            orders.mark_cancelled(order, Order.CancelReason.MEMBER, actor="test")
        life.end_activity(session, actor="test")
    assert unsound() == {}


@pytest.mark.race
def test_looking_first_sells_the_last_unit_twice(committed_shop):  # noqa: F811
    """The control: stock that is read and then written lets both have the last unit, with tokens for both."""
    for _round in range(3):
        sku = make_sku(price=1_000, stock=9)
        session = flash((sku, 100, 1))
        meeting, sold = Meeting(), []

        def naive(sku=sku, session=session, meeting=meeting, sold=sold):
            with admission.admit(len(sold), {session.key: frozenset([sku.key])}, str(threading.get_ident())):
                item = sku.stock_items.get(bucket=session.key)
                meeting.wait()
                if item.available >= 1:
                    sku.stock_items.filter(pk=item.pk).update(reserved=item.reserved + 1)
                    sold.append(1)

        assert together(committed_shop, naive, naive) == [None, None]
        assert sum(sold) == 2
