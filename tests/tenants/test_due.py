"""Due work: written with its cause, claimed once, tried again, and never lost with a message."""

import os
import subprocess
import sys
import threading
import time
import uuid
from datetime import timedelta

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from tenants import due, registry, subscriptions
from tenants.context import CONSOLE, using_shop
from tenants.management.commands.poller import Command
from tenants.models import PLATFORM, Due, Schema
from tenants.tasks import run_due
from tests.tenants.canaries import in_threads
from tests.tenants.conftest import open_shops

pytestmark = pytest.mark.race


@pytest.fixture
def ref(committed, django_db_blocker):
    with open_shops(django_db_blocker, 1) as (opened,):
        Due.objects.all().delete()
        yield opened


def make_due(seconds_ago=0):
    Due.objects.update(run_at=Now() - timedelta(seconds=seconds_ago))


def row():
    return Due.objects.get()


def wait_of(found):
    """Return in how many seconds the row is due, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT extract(epoch FROM run_at - now()) FROM "public"."tenants_due" WHERE id = %s', [found.pk]
        )
        return float(cursor.fetchone()[0])


# writing


def test_work_is_hinted_when_its_transaction_commits_and_not_before(ref, kind, messages):
    with using_shop(ref), transaction.atomic():
        due.schedule(kind, "A1")
        assert messages == []
    assert messages == [(str(ref.uuid), kind, "A1", 0)]
    assert (row().shop, row().kind, row().ref, row().ticket, row().dead) == (ref.uuid, kind, "A1", 0, False)
    assert 1 < wait_of(row()) <= due.HINT_SECONDS


def test_work_of_a_transaction_that_rolls_back_never_was(ref, kind, messages):
    with using_shop(ref), pytest.raises(ZeroDivisionError), transaction.atomic():
        due.schedule(kind, "A1")
        raise ZeroDivisionError
    assert (messages, Due.objects.count()) == ([], 0)


def test_work_for_later_is_not_hinted(ref, kind, messages):
    with using_shop(ref):
        due.schedule(kind, "A1", after=timedelta(minutes=30))
    assert messages == []
    assert 1790 < wait_of(row()) <= 1800


def test_work_scheduled_twice_is_one_row_that_keeps_its_time(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1", after=timedelta(minutes=30))
        due.schedule(kind, "A1")
        due.schedule(kind, "A1", after=timedelta(minutes=60))
    messages.work_off()
    assert handlers.calls == []
    assert (row().ticket, 1790 < wait_of(row()) <= 1800) == (0, True)


def test_work_that_was_given_up_is_tried_again_for_a_new_cause(ref, kind, messages, handlers):
    given_up = {"ticket": 16, "failures": 16, "dead": True, "error": "ZeroDivisionError"}
    for after, seconds in ((None, due.HINT_SECONDS), (timedelta(minutes=5), 300)):
        Due.objects.create(shop=ref.uuid, kind=kind, ref="A1", run_at=Now() - timedelta(days=1), **given_up)
        with using_shop(ref):
            due.schedule(kind, "A1", after=after)
        found = row()
        assert (found.ticket, found.failures, found.dead, found.error) == (16, 0, False, "")
        assert seconds - 1 < wait_of(found) <= seconds
        found.delete() if after else messages.work_off()
    assert (handlers.calls, Due.objects.count()) == ([("A1", ref.slug)], 0)


def test_work_that_waits_is_not_locked_by_who_schedules_it_again(ref, kind, messages):
    @transaction.atomic
    def unlocked():
        return list(Due.objects.select_for_update(skip_locked=True).values_list("ref"))

    with using_shop(ref):
        due.schedule(kind, "A1", after=timedelta(minutes=30))
        with transaction.atomic():
            due.schedule(kind, "A1", after=timedelta(minutes=30))
            (free,) = in_threads(unlocked)
    assert free == [("A1",)]


def test_equal_work_of_two_shops_and_of_the_platform_is_kept_apart(ref, kind, messages, handlers):
    for shop in (ref, None, CONSOLE):
        with using_shop(shop):
            due.schedule(kind, "A1")
    assert set(Due.objects.values_list("shop", flat=True)) == {ref.uuid, PLATFORM, CONSOLE.uuid}
    messages.work_off()
    assert handlers.calls == [("A1", ref.slug), ("A1", None), ("A1", "console")]
    assert Due.objects.count() == 0


def test_cancelled_work_is_gone_and_its_message_does_nothing(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1")
        due.cancel(kind, "A1")
        due.cancel(kind, "A1")
    messages.work_off()
    assert (handlers.calls, Due.objects.count()) == ([], 0)


# claiming


def test_copies_of_a_message_run_the_work_once(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1")
    message = messages[0]
    for _ in range(3):
        run_due(*message)
    assert (handlers.calls, Due.objects.count()) == ([("A1", ref.slug)], 0)


def test_copies_of_a_message_in_parallel_run_the_work_once(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1")
    started = threading.Barrier(8)
    handlers.answers.extend([lambda: time.sleep(0.2)])

    def worker():
        started.wait()
        run_due(*messages[0])

    assert in_threads(*[worker] * 8) == [None] * 8
    assert (handlers.calls, Due.objects.count()) == ([("A1", ref.slug)], 0)


def test_a_stale_ticket_does_nothing(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1")
    Due.objects.update(ticket=F("ticket") + 1)
    assert due.run(ref.uuid, kind, "A1", 0) is False
    assert due.run(ref.uuid, kind, "A1", 2) is False
    assert (handlers.calls, row().ticket) == ([], 1)


def test_claimed_work_stays_with_its_worker_longer_than_the_task_may_run(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1")
    seen = []
    handlers.answers.append(lambda: seen.append((row().ticket, wait_of(row()), due.dispatch())))
    messages.work_off()
    ((ticket, wait, dispatched),) = seen
    assert (ticket, dispatched, messages) == (1, 0, [])
    assert run_due.time_limit < wait <= due.CLAIM_SECONDS


def test_work_of_a_worker_that_died_is_sent_again_with_a_new_ticket(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1")
    stale = messages.take()[0]
    Due.objects.update(ticket=1, run_at=Now())  # claimed, and the worker is gone
    assert due.dispatch() == 1
    assert messages == [(str(ref.uuid), kind, "A1", 1)]
    run_due(*stale)
    assert handlers.calls == []
    messages.work_off()
    assert (handlers.calls, Due.objects.count()) == ([("A1", ref.slug)], 0)


def test_a_worker_that_was_too_slow_does_not_remove_the_work_of_the_next(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1")
    handlers.answers.append(lambda: Due.objects.update(ticket=2) and None)  # another claims meanwhile
    messages.work_off()
    assert row().ticket == 2


# answers and failures


def test_work_that_asks_to_come_back_does_so(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1")
    handlers.answers.extend([due.Again(0), due.Again(90)])
    messages.work_off()
    assert due.dispatch() == 1
    messages.work_off()
    assert handlers.calls == [("A1", ref.slug)] * 2
    assert (row().ticket, row().error, row().dead) == (2, "", False)
    assert 88 < wait_of(row()) <= 90
    assert due.dispatch() == 0


def test_failing_work_waits_longer_each_time_and_is_given_up_at_last(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1")
    waits = []
    for _ in range(due.MOST_FAILURES):
        handlers.answers.append(ZeroDivisionError("broken\0handler"))
        messages.work_off()
        waits.append(round(wait_of(row())))
        make_due()
        due.dispatch()
    expected = [*due.BACKOFF, *[due.BACKOFF[-1]] * due.MOST_FAILURES][: due.MOST_FAILURES]
    assert waits == expected
    found = row()
    assert (found.dead, found.failures, found.error) == (True, due.MOST_FAILURES, "ZeroDivisionError: brokenhandler")
    assert (due.dispatch(), messages, len(handlers.calls)) == (0, [], due.MOST_FAILURES)


def test_work_that_comes_back_often_is_not_given_up_for_one_failure(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1")
    handlers.answers.extend([due.Again(0)] * (due.MOST_FAILURES + 5))
    handlers.answers.append(ZeroDivisionError())
    while not row().error:
        messages.work_off()
        make_due() if not row().error else None
        due.dispatch()
    assert (row().dead, row().failures) == (False, 1)
    assert wait_of(row()) <= due.BACKOFF[0] + due.SENT_SECONDS


def test_a_success_in_between_starts_the_waits_anew(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1")
    handlers.answers.extend([ZeroDivisionError(), ZeroDivisionError(), due.Again(0), ZeroDivisionError()])
    for _ in range(4):
        messages.work_off()
        make_due()
        due.dispatch()
    assert row().failures == 1


def test_work_cancelled_while_it_fails_stays_cancelled(ref, kind, messages, handlers):
    def cancel_and_fail():
        due.cancel(kind, "A1")
        raise ZeroDivisionError

    with using_shop(ref):
        due.schedule(kind, "A1")
    handlers.answers.append(cancel_and_fail)
    messages.work_off()
    assert Due.objects.count() == 0


def test_work_that_breaks_its_connection_is_still_noted_as_failed(ref, kind, messages, handlers):
    def break_connection():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with using_shop(ref):
        due.schedule(kind, "A1")
    handlers.answers.append(break_connection)
    messages.work_off()
    assert (row().failures, row().dead) == (1, False)


def test_work_that_nobody_handles_fails_and_waits(ref, messages):
    with using_shop(ref):
        due.schedule("test.nobody", "A1")
    messages.work_off()
    assert (row().failures, row().error) == (1, "KeyError: 'test.nobody'")


def test_work_of_an_unknown_shop_is_given_up(ref, kind, messages, handlers):
    Due.objects.create(shop=uuid.uuid4(), kind=kind, ref="A1")
    assert due.dispatch() == 1
    messages.work_off()
    assert (handlers.calls, row().dead, row().error) == ([], True, "unknown shop")


def test_work_of_a_shop_behind_the_codes_migrations_waits_for_them(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1")
    current = Schema.objects.get(name=ref.schema).hash
    for change in ({"hash": "older"}, {"hash": current, "state": Schema.State.FAILED}):
        Schema.objects.filter(name=ref.schema).update(**change)
        registry.forget()
        make_due()
        due.dispatch()
        messages.work_off()
        assert (handlers.calls, row().ticket, row().dead) == ([], 0, False)
    Schema.objects.filter(name=ref.schema).update(hash=current, state=Schema.State.LIVE)
    registry.forget()
    make_due()
    due.dispatch()
    messages.work_off()
    assert (handlers.calls, Due.objects.count()) == ([("A1", ref.slug)], 0)


# the broker


def test_work_is_safe_while_the_broker_is_away(ref, kind, messages, handlers):
    messages.refuse = ConnectionRefusedError("away")
    with using_shop(ref):
        due.schedule(kind, "A1")
    make_due()
    assert due.dispatch() == 1
    assert (messages, 0 < wait_of(row()) <= 1) == ([], True)
    messages.refuse = None
    make_due()
    assert due.dispatch() == 1
    messages.work_off()
    assert (handlers.calls, Due.objects.count()) == ([("A1", ref.slug)], 0)


def test_one_refusal_of_the_broker_ends_the_round(ref, kind, messages, monkeypatch):
    tries = []

    def refuse(args, **options):
        tries.append(args)
        raise ConnectionRefusedError

    monkeypatch.setattr(run_due, "apply_async", refuse)
    Due.objects.bulk_create(Due(shop=ref.uuid, kind=kind, ref=str(number)) for number in range(20))
    assert due.dispatch() == 20
    assert len(tries) == 1
    assert {round(wait_of(found)) for found in Due.objects.all()} == {1}


BROKER_AWAY = """
import uuid, django
django.setup()
from tenants import due
print(due.send_hint(uuid.UUID(int=0), "test.work", "A1", 0))
"""


def test_a_hint_to_a_dead_port_is_an_answer_and_no_error(ref):
    done = subprocess.run(
        [sys.executable, "-c", BROKER_AWAY],
        env={**os.environ, "WEIPU_REDIS_URL": "redis://127.0.0.1:1/0", "DJANGO_SETTINGS_MODULE": "saas.settings"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.stdout == "False\n", done.stderr


def test_a_lost_message_is_sent_again(ref, kind, messages, handlers):
    with using_shop(ref):
        due.schedule(kind, "A1")
    messages.clear()
    make_due()
    assert due.dispatch() == 1
    lost = messages.take()
    assert due.dispatch() == 0
    assert due.HINT_SECONDS < wait_of(row()) <= due.SENT_SECONDS
    make_due()
    assert due.dispatch() == 1
    assert messages == lost
    messages.work_off()
    assert (handlers.calls, Due.objects.count()) == ([("A1", ref.slug)], 0)


def test_dispatchers_in_parallel_send_each_row_once(ref, kind, messages):
    Due.objects.bulk_create(Due(shop=ref.uuid, kind=kind, ref=str(number)) for number in range(200))
    started = threading.Barrier(4)

    def poller():
        started.wait()
        return sum(due.dispatch(limit=20) for _ in range(8))

    found = in_threads(*[poller] * 4)
    while rest := due.dispatch():
        found.append(rest)
    assert sum(found) == 200
    assert sorted(int(ref) for _, _, ref, _ in messages) == list(range(200))


@pytest.fixture
def broker(monkeypatch):
    """A broker in memory."""
    app = Celery("test", broker="memory://", set_as_current=False)
    monkeypatch.setattr(due, "current_app", app)
    yield app
    with app.pool.acquire(block=True) as connection, connection.channel() as channel:
        channel.queue_purge("celery")


def test_a_backlog_is_sent_no_faster_than_workers_read(ref, kind, messages, broker):
    Due.objects.bulk_create(Due(shop=ref.uuid, kind=kind, ref=str(number)) for number in range(300))
    poller = Command()
    poller.next_at = {}
    assert poller._tick() is True
    assert len(messages) == due.BATCH
    for _unread in range(due.MOST_UNREAD):
        broker.send_task("unread")
    assert poller._tick() is True
    assert len(messages) == 2 * due.BATCH
    broker.send_task("one too many")
    assert [poller._tick() for _time in range(3)] == [False] * 3
    assert len(messages) == 2 * due.BATCH
    with broker.pool.acquire(block=True) as connection:
        connection.SimpleQueue("celery").get().ack()
    assert poller._tick() is True
    assert len(messages) == 3 * due.BATCH


def test_a_broker_that_is_away_holds_no_work_back(monkeypatch):
    said = []
    monkeypatch.setattr(due.logger, "warning", lambda text, *values: said.append(text % values))
    monkeypatch.setattr(due, "current_app", Celery("away", broker="redis://127.0.0.1:1/0", set_as_current=False))
    assert due.workers_are_late() is False
    assert len(said) == 1
    assert said[0].startswith("broker away")


def test_rows_are_sent_oldest_first_and_no_more_than_the_limit(ref, kind, messages):
    for number in range(5):
        Due.objects.create(shop=ref.uuid, kind=kind, ref=str(number), run_at=Now() - timedelta(seconds=number))
    Due.objects.create(shop=ref.uuid, kind=kind, ref="dead", dead=True)
    Due.objects.create(shop=ref.uuid, kind=kind, ref="later", run_at=Now() + timedelta(seconds=60))
    assert due.dispatch(limit=3) == 3
    assert [message[2] for message in messages.take()] == ["4", "3", "2"]
    assert due.dispatch() == 2
    assert [message[2] for message in messages] == ["1", "0"]


def test_a_handler_is_named_by_a_path_that_is_imported_late():
    with pytest.raises(KeyError):
        due.handler_of("test.unknown")
    subscriptions.handle("test.late", "tests.tenants.handlers.handle")
    try:
        from tests.tenants.handlers import handle

        assert due.handler_of("test.late") is handle
    finally:
        del subscriptions.handlers["test.late"]
