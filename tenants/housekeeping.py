"""Removing what has done its work from the platform's tables."""

from datetime import timedelta

from django.db.models.functions import Now

from tenants.models import OutboxEvent

KEEP_EVENTS = timedelta(days=14)


def purge() -> int:
    """Delete relayed events older than KEEP_EVENTS and return how many."""
    return OutboxEvent.objects.filter(relayed_at__lt=Now() - KEEP_EVENTS).delete()[0]
