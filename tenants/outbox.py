"""Domain events: written with their cause, fanned out to one due-row per subscriber."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.module_loading import import_string
from psycopg.types.json import Jsonb

from tenants import subscriptions
from tenants.context import require_shop
from tenants.models import Due, OutboxEvent

DELIVERY = "event:"  # a delivery is a due-row `event:<subscriber>` whose ref is the event's id


_PUBLISH = """
INSERT INTO "public"."tenants_outbox" (event_id, shop, topic, version, ref_kind, ref, ids)
VALUES (%s, %s, %s, 1, %s, %s, %s)
"""


def _shop_in_transaction() -> UUID:
    shop = require_shop().uuid
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an event belongs to the transaction of its cause")
    return shop


def publish(topic: str, ref_kind: str, ref: str, **ids: Any) -> UUID:
    """Write the event in the caller's transaction and return its id."""
    shop, event = _shop_in_transaction(), uuid4()
    with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(_PUBLISH, [event, shop, topic, ref_kind, ref, Jsonb(ids)])
    return event


def publish_all(topic: str, ref_kind: str, refs: Iterable[str], **ids: Any) -> list[UUID]:
    """Write one event for each of `refs` in the caller's transaction, by one statement, and return their ids."""
    shop = _shop_in_transaction()
    events = [OutboxEvent(shop=shop, topic=topic, ref_kind=ref_kind, ref=ref, ids=ids) for ref in refs]
    OutboxEvent.objects.bulk_create(events)
    return [event.event_id for event in events]


@transaction.atomic
def relay(limit: int = 200) -> int:
    """Turn waiting events into deliveries and return how many were found; safe to run in several processes."""
    events = list(
        OutboxEvent.objects.filter(relayed_at=None).order_by("occurred_at").select_for_update(skip_locked=True)[:limit]
    )
    deliveries = [
        Due(shop=event.shop, kind=DELIVERY + path, ref=str(event.event_id))
        for event in events
        for path in subscriptions.subscribers[event.topic]
    ]
    Due.objects.bulk_create(deliveries, ignore_conflicts=True)
    OutboxEvent.objects.filter(pk__in=[event.pk for event in events]).update(relayed_at=Now())
    return len(events)


def deliver(path: str, event_id: str) -> Any:
    """Call the subscriber at `path` with the event; its answer is a due handler's answer."""
    event = OutboxEvent.objects.filter(pk=event_id).first()
    return import_string(path)(event) if event else None
