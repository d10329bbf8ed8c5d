"""Domain events of a shop: one path, no signals."""

from typing import Any

from django.db import connection

from tenants.outbox import publish, publish_all

__all__ = ["first_time", "publish", "publish_all"]


def first_time(event: Any, subscriber: str) -> bool:
    """Return True once per event and subscriber; call it in the transaction that stores the effect."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO core_processedevent (event_id, subscriber) VALUES (%s, %s)
               ON CONFLICT DO NOTHING RETURNING id""",
            [event.event_id, subscriber],
        )
        return cursor.fetchone() is not None
