"""Work at a time: rows of `public.due`, written in the transaction of their cause, run by Celery.

A message is a hint that carries the row's ticket. Whoever claims the row raises the ticket, so a copy of the
message, or a message sent again because a worker died, finds nothing to claim. The poller sends hints for rows
that are due; losing every message costs seconds, never work.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from tenants import outbox, subscriptions
from tenants.context import current_shop
from tenants.models import PLATFORM, Due, DueQuerySet

logger = logging.getLogger(__name__)

HINT_SECONDS = 2  # a row that was hinted on commit is left alone so long before the poller takes it
SENT_SECONDS = 5  # a message that nobody claimed is sent again after this
BACKLOG_SECONDS = 30  # … or after this, when so much is due that workers are late anyway
EARLY_SECONDS = BACKLOG_SECONDS  # a message may claim its row so long before the row's time
CLAIM_SECONDS = 25  # how long a claimed row stays with its worker: above the task's hard time limit
BATCH = 100  # rows that the poller hints at once
MOST_UNREAD = 100  # messages; more would only make what was caused just now wait behind old work
BACKOFF = (1, 3, 10, 30, 60, 300, 900, 3600)  # seconds after the n-th failure
MOST_FAILURES = 16


# A live row is not even locked: some are scheduled by every request of a shop.
_SCHEDULE = """
WITH woken AS (
    UPDATE "public"."tenants_due" SET run_at = statement_timestamp() + %s, failures = 0, dead = false, error = ''
    WHERE shop = %s AND kind = %s AND ref = %s AND dead RETURNING ticket
),
made AS (
    INSERT INTO "public"."tenants_due" (shop, kind, ref, run_at, ticket, failures, dead, error)
    VALUES (%s, %s, %s, statement_timestamp() + %s, 0, 0, false, '') ON CONFLICT DO NOTHING RETURNING ticket
)
SELECT ticket FROM woken UNION ALL SELECT ticket FROM made
"""


@dataclass(frozen=True, slots=True)
class Again:
    """A handler's answer that asks to be called again in `seconds`."""

    seconds: float


Handler = Callable[[str], Again | None]


def handler_of(kind: str) -> Handler:
    """Return the function that handles `kind`; KeyError when nobody does."""
    if kind.startswith(outbox.DELIVERY):
        return partial(outbox.deliver, kind.removeprefix(outbox.DELIVERY))
    return import_string(subscriptions.handlers[kind])


def _shop_uuid() -> UUID:
    shop = current_shop.get()
    return shop.uuid if shop else PLATFORM


def schedule(kind: str, ref: Any, *, after: timedelta | None = None) -> None:
    """Write the row of (current shop, kind, ref); without `after` it runs as soon as the transaction commits.

    A row that is there already keeps its time, unless it was given up: a new cause is a new reason to try.
    """
    wait = timedelta(seconds=HINT_SECONDS) if after is None else after
    shop = _shop_uuid()
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_SCHEDULE, [wait, shop, kind, str(ref), shop, kind, str(ref), wait])
        (ticket,) = cursor.fetchone() or (0,)
    if after is None:
        transaction.on_commit(lambda: send_hint(shop, kind, str(ref), ticket))


def cancel(kind: str, ref: Any) -> None:
    """Remove the row of (current shop, kind, ref) if it is there."""
    Due.objects.of(_shop_uuid(), kind, ref).delete()


def send_hint(shop: UUID, kind: str, ref: str, ticket: int) -> bool:
    """Send the message for a row; False when the broker is away (the poller tries again)."""
    from tenants.tasks import run_due

    try:
        run_due.apply_async((str(shop), kind, ref, ticket), retry=False)
    except Exception as error:  # whatever the broker's client raises, the row is safe in the database
        logger.warning("broker away, %s %s waits for the poller: %s", kind, ref, type(error).__name__)
        return False
    return True


def run(shop: UUID, kind: str, ref: str, ticket: int) -> bool:
    """Claim the row and run its handler inside the current shop; False when there was nothing to claim."""
    soon = Now() + timedelta(seconds=EARLY_SECONDS)
    row = Due.objects.of(shop, kind, ref).filter(ticket=ticket, dead=False, run_at__lte=soon)
    if not row.update(ticket=F("ticket") + 1, run_at=Now() + timedelta(seconds=CLAIM_SECONDS)):
        return False
    mine = Due.objects.of(shop, kind, ref).filter(ticket=ticket + 1)
    try:
        again = handler_of(kind)(ref)
    except Exception as error:
        _failed(mine, error)
        return True
    if again is None:
        mine.delete()
    else:
        mine.update(run_at=Now() + timedelta(seconds=again.seconds), failures=0, error="")
    return True


def _failed(mine: DueQuerySet, error: Exception) -> None:
    if connection.in_atomic_block:  # only a test runs a handler inside a transaction
        raise error
    connection.close_if_unusable_or_obsolete()
    row = mine.first()
    if row is None:  # cancelled meanwhile, or taken by another worker because this one was too slow
        logger.warning("work that is no longer wanted failed: %s", error, exc_info=error)
        return
    wait = BACKOFF[min(row.failures, len(BACKOFF) - 1)]
    failures = row.failures + 1
    dead = failures >= MOST_FAILURES and row.kind not in subscriptions.never_given_up
    fate = "given up" if dead else f"again in {wait} s"
    logger.error("due %s %s failed (%d), %s", row.kind, row.ref, failures, fate, exc_info=error)
    text = f"{type(error).__name__}: {error}"[:2000].replace("\0", "")
    mine.update(run_at=Now() + timedelta(seconds=wait), failures=failures, dead=dead, error=text)


def workers_are_late() -> bool:
    """Whether the broker holds so many messages that no worker has read; False also when it is away."""
    try:
        with current_app.pool.acquire(block=True) as broker, broker.channel() as channel:
            queue = current_app.conf.task_default_queue  # declared as workers do: an empty one may not be there
            declared = channel.queue_declare(queue=queue, durable=True, auto_delete=False)
    except Exception as error:  # whatever the broker's client raises; sending tells the same
        logger.warning("broker away: %s", type(error).__name__)
        return False
    return bool(declared.message_count > MOST_UNREAD)


def dispatch(limit: int = BATCH) -> int:
    """Send hints for rows that are due and return how many were found; safe to run in several processes."""
    with transaction.atomic():
        rows = list(
            Due.objects.waiting()
            .filter(run_at__lte=Now())
            .order_by("run_at")
            .select_for_update(skip_locked=True)[:limit]
        )
        pks = [row.pk for row in rows]
        # A full batch means a backlog: the messages are read later, and sending them again would only add to it.
        patience = SENT_SECONDS if len(rows) < limit else BACKLOG_SECONDS
        Due.objects.filter(pk__in=pks).update(run_at=Now() + timedelta(seconds=patience))
    for sent, row in enumerate(rows):
        if not send_hint(row.shop, row.kind, row.ref, row.ticket):
            # the others would each wait for the same broker
            Due.objects.filter(pk__in=pks[sent:]).update(run_at=Now() + timedelta(seconds=1))
            break
    return len(rows)
