"""Events: there exactly when their cause is, delivered to each subscriber on its own."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now

from tenants import due, housekeeping, outbox, subscriptions
from tenants.context import NoShop, using_shop
from tenants.models import Due, OutboxEvent
from tests.tenants.canaries import in_threads
from tests.tenants.conftest import open_shops

pytestmark = pytest.mark.race
FIRST, SECOND = "tests.tenants.handlers.first", "tests.tenants.handlers.second"


@pytest.fixture
def ref(committed, django_db_blocker):
    with open_shops(django_db_blocker, 1) as (opened,):
        OutboxEvent.objects.all().delete()
        yield opened


@pytest.fixture
def topic(monkeypatch):
    monkeypatch.setitem(subscriptions.subscribers, "order.paid", [FIRST, SECOND])
    return "order.paid"


def publish(ref, topic, number="A1"):
    with using_shop(ref), transaction.atomic():
        return outbox.publish(topic, "order", number, line=7)


def deliveries():
    return sorted(Due.objects.values_list("shop", "kind", "ref"))


def test_an_event_is_written_with_its_cause(ref, topic):
    event = OutboxEvent.objects.get(pk=publish(ref, topic))
    assert (event.shop, event.topic, event.version, event.ref_kind, event.ref, event.ids) == (
        ref.uuid,
        "order.paid",
        1,
        "order",
        "A1",
        {"line": 7},
    )
    assert event.relayed_at is None


def test_an_event_of_a_transaction_that_rolls_back_never_was(ref, topic):
    with using_shop(ref), pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.publish(topic, "order", "A1")
        raise ZeroDivisionError
    assert OutboxEvent.objects.count() == 0


def test_an_event_needs_a_shop(ref, topic):
    with pytest.raises(NoShop):
        outbox.publish(topic, "order", "A1")
    assert OutboxEvent.objects.count() == 0


def test_the_relay_makes_one_delivery_per_subscriber(ref, topic):
    event_id = publish(ref, topic)
    assert (outbox.relay(), outbox.relay()) == (1, 0)
    assert deliveries() == [(ref.uuid, f"event:{path}", str(event_id)) for path in (FIRST, SECOND)]
    assert OutboxEvent.objects.get().relayed_at is not None


def test_an_event_relayed_twice_is_delivered_once(ref, topic):
    publish(ref, topic)
    outbox.relay()
    OutboxEvent.objects.update(relayed_at=None)  # as after a crash between two databases
    assert outbox.relay() == 1
    assert len(deliveries()) == 2


def test_an_event_that_nobody_hears_is_done(ref):
    publish(ref, "nobody.hears")
    assert (outbox.relay(), deliveries()) == (1, [])
    assert OutboxEvent.objects.get().relayed_at is not None


def test_relays_in_parallel_make_each_delivery_once(ref, topic):
    with using_shop(ref), transaction.atomic():
        ids = [str(outbox.publish(topic, "order", str(number))) for number in range(150)]
    started = threading.Barrier(4)

    def poller():
        started.wait()
        return sum(outbox.relay(limit=20) for _ in range(6))

    found = sum(in_threads(*[poller] * 4))
    while rest := outbox.relay():
        found += rest
    assert found == 150
    assert deliveries() == sorted((ref.uuid, f"event:{path}", event) for event in ids for path in (FIRST, SECOND))


def test_subscribers_hear_the_event_inside_its_shop(ref, topic, messages, handlers):
    publish(ref, topic)
    outbox.relay()
    assert due.dispatch() == 2
    messages.work_off()
    assert sorted(handlers.calls) == [
        (("first", "order.paid", "A1", {"line": 7}), ref.slug),
        (("second", "order.paid", "A1", {"line": 7}), ref.slug),
    ]
    assert Due.objects.count() == 0


def test_a_subscriber_that_fails_does_not_hold_up_the_other(ref, topic, messages, handlers, monkeypatch):
    from tests.tenants import handlers as module

    def broken(event):
        raise ZeroDivisionError

    monkeypatch.setattr(module, "first", broken)
    publish(ref, topic)
    outbox.relay()
    due.dispatch()
    messages.work_off()
    assert handlers.calls == [(("second", "order.paid", "A1", {"line": 7}), ref.slug)]
    left = Due.objects.get()
    assert (left.kind, left.failures, left.dead) == (f"event:{FIRST}", 1, False)


def test_a_subscriber_may_ask_to_hear_again(ref, topic, messages, handlers, monkeypatch):
    monkeypatch.setitem(subscriptions.subscribers, topic, [FIRST])
    handlers.answers.append(due.Again(0))
    publish(ref, topic)
    outbox.relay()
    for _ in range(2):
        assert due.dispatch() == 1
        messages.work_off()
    assert (len(handlers.calls), Due.objects.count()) == (2, 0)


def test_a_delivery_whose_event_is_purged_ends(ref, topic, messages, handlers):
    publish(ref, topic)
    outbox.relay()
    OutboxEvent.objects.all().delete()
    due.dispatch()
    messages.work_off()
    assert (handlers.calls, Due.objects.count()) == ([], 0)


def test_only_relayed_events_are_purged_and_only_old_ones(ref, topic):
    ages = {"old": 15, "young": 13}
    for number, days in ages.items():
        event = publish(ref, topic, number)
        OutboxEvent.objects.filter(pk=event).update(relayed_at=Now() - timedelta(days=days))
    waiting = publish(ref, topic, "waiting")
    OutboxEvent.objects.filter(pk=waiting).update(occurred_at=Now() - timedelta(days=30))
    assert housekeeping.purge() == 1
    assert set(OutboxEvent.objects.values_list("ref", flat=True)) == {"young", "waiting"}


def test_a_subscriber_is_named_once_and_by_a_path_that_fits():
    try:
        subscriptions.subscribe("test.topic", FIRST)
        subscriptions.subscribe("test.topic", FIRST)
        with pytest.raises(ValueError, match="longer"):
            subscriptions.subscribe("test.topic", "a" * 71)
        assert subscriptions.subscribers["test.topic"] == [FIRST]
        assert len(outbox.DELIVERY) + subscriptions.LONGEST_PATH <= Due._meta.get_field("kind").max_length
    finally:
        del subscriptions.subscribers["test.topic"]
