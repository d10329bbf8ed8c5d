"""Celery tasks of the platform, and the base of all tasks."""

import logging
from typing import Any
from uuid import UUID

from celery import shared_task
from celery.contrib.django.task import DjangoTask

from tenants import due, outbox, provisioning, registry
from tenants.context import CONSOLE, NoShop, ShopRef, using_shop
from tenants.migrations_hash import current_hash
from tenants.models import PLATFORM, Due

logger = logging.getLogger(__name__)


def _shop_named(value: Any) -> ShopRef | None:
    try:
        return registry.by_uuid(UUID(str(value)))
    except ValueError:
        return None


class TenantTask(DjangoTask):
    """A task that names its shop as first argument (uuid as text) and runs inside it, or not at all."""

    abstract = True
    needs_shop = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run for the shop named first; NoShop when it is missing, malformed or unknown."""
        if not self.needs_shop:
            with using_shop(None):
                return super().__call__(*args, **kwargs)
        shop = _shop_named(args[0]) if args else None
        if shop is None:
            raise NoShop(f"{self.name}: no shop {args[:1]}")
        with using_shop(shop):
            return super().__call__(*args, **kwargs)


@shared_task(needs_shop=False, time_limit=20, soft_time_limit=15)
def run_due(shop: str, kind: str, ref: str, ticket: int) -> None:
    """Run one row of the due-table inside its shop."""
    uuid = UUID(shop)
    found = None if uuid == PLATFORM else registry.by_uuid(uuid)
    if found is None and uuid != PLATFORM:
        logger.error("due %s %s names the unknown shop %s", kind, ref, shop)
        Due.objects.of(uuid, kind, ref).update(dead=True, error="unknown shop")
        return
    if found and found != CONSOLE and found.schema_hash != current_hash():
        logger.warning("due %s %s waits: the schema of %s is not at this code's migrations", kind, ref, found.key)
        return  # the row is sent again until it is
    with using_shop(found):
        due.run(uuid, kind, ref, ticket)


@shared_task(needs_shop=False)
def fill_spares() -> None:
    """Build spare schemas until the pool is full."""
    provisioning.fill_spares()


@shared_task(needs_shop=False)
def relay_events() -> None:
    """Turn waiting events into deliveries at once."""
    outbox.relay()
