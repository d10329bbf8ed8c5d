"""Messages that stock changed: one per transaction, on commit only, never in the way of a sale."""

import socket
import time

import pytest
from django.conf import settings
from django.db import transaction
from redis import Redis

from shop.inventory import hints, levels, services
from shop.inventory.models import StockItem
from tenants.context import using_shop
from tenants.patience import Patience
from tests.factories import make_sku


@pytest.fixture
def sent(monkeypatch):
    """What was published."""
    messages = []
    monkeypatch.setattr(hints, "_publish", messages.append)
    return messages


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Runs a block and then what it left for its commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_calls_of_one_transaction_become_one_message(shop, sent, committed):
    with committed(), transaction.atomic():
        hints.stock_changed([3, 1])
        hints.stock_changed([2])
        hints.stock_changed([])
    assert sent == [f"{shop.uuid.hex}:1,2,3"]


def test_a_rollback_to_a_savepoint_takes_only_its_own_skus(shop, sent, committed):
    with committed(), transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            hints.stock_changed([1])
            _ = 1 / 0
        hints.stock_changed([2])
        with transaction.atomic():
            hints.stock_changed([3])
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            hints.stock_changed([2, 4])
            _ = 1 / 0
    assert sent == [f"{shop.uuid.hex}:2", f"{shop.uuid.hex}:3"]


def test_two_shops_in_one_transaction_are_not_mixed(shop, other_shop, sent, committed):
    with committed(), transaction.atomic():
        hints.stock_changed([1])
        with using_shop(other_shop):
            hints.stock_changed([1])
    assert sent == [f"{shop.uuid.hex}:1", f"{other_shop.uuid.hex}:1"]


def test_many_skus_are_said_in_one_word(shop, sent, committed):
    with committed():
        hints.stock_changed(range(501))
    assert sent == [f"{shop.uuid.hex}:*"]


def test_every_write_that_changes_what_may_be_sold_is_told(shop, sent, committed):
    sku = make_sku(stock=10)
    item = StockItem.objects.get(sku=sku)
    mine = f"{shop.uuid.hex}:{sku.pk}"
    for write in (
        lambda: services.reserve("A", {(sku.pk, ""): 2}, None),
        lambda: services.release("A"),
        lambda: services.reserve("B", {(sku.pk, ""): 2}, None),
        lambda: services.commit("B", actor="test"),
        lambda: services.put_back("B", {(sku.pk, ""): 2}, cause="B1", actor="test"),
        lambda: levels.adjust({item.pk: 5}, levels.Why("INBOUND"), ref="C", actor="test"),
        lambda: services.set_on_hand({sku.pk: 7}, kind="IMPORT", ref="D", actor="test"),
        lambda: services.set_on_hand({sku.pk: 7}, kind="IMPORT", ref="E", actor="test"),
    ):
        with committed(), transaction.atomic():
            write()
    # Being paid changes nothing that may be sold, nor does setting stock to what it is.
    assert sent == [mine] * 6


def test_a_message_reaches_whoever_listens(shop, committed):
    with Redis.from_url(settings.REDIS_URL) as redis, redis.pubsub(ignore_subscribe_messages=True) as listening:
        listening.subscribe(hints.channel())
        listening.get_message(timeout=5)
        with committed(), transaction.atomic():
            hints.stock_changed([7])
        said = None
        deadline = time.monotonic() + 5
        while said is None and time.monotonic() < deadline:
            said = listening.get_message(timeout=1)
    assert said["data"] == f"{shop.uuid.hex}:7".encode()


def test_a_redis_that_never_answers_costs_one_short_wait(shop, committed, monkeypatch, settings):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings.REDIS_URL = f"redis://127.0.0.1:{mute.getsockname()[1]}/0"
        monkeypatch.setattr(hints, "_patience", Patience(most_timeouts=1))
        hints._redis.cache_clear()
        try:
            took = []
            for _ in range(20):
                started = time.monotonic()
                with committed(), transaction.atomic():
                    hints.stock_changed([1])
                took.append(time.monotonic() - started)
        finally:
            hints._redis.cache_clear()
    assert took[0] < 3 * hints.LONGEST_WAIT_SECONDS
    assert max(took[1:]) < 0.1


def test_registering_costs_next_to_nothing(shop, sent, committed):
    with committed():
        started = time.perf_counter()
        for sku in range(1000):
            hints.stock_changed([sku])
        each = (time.perf_counter() - started) / 1000
    print(f"stock_changed: {each * 1e6:.1f} µs")
    assert each < 1e-4
