"""Bringing every schema to the migrations of this code."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.module_loading import import_string
from psycopg import sql

from tenants import provisioning, registry
from tenants.context import CONSOLE, PUBLIC, ShopRef, using_shop
from tenants.migrations_hash import current_hash
from tenants.models import Schema, SchemaScript

logger = logging.getLogger(__name__)

DEPLOY_LOCK = 7_301_000


def deploy(say: Callable[[str], None] = lambda line: None) -> int:
    """Migrate `public` and every schema that lags behind; return how many schemas failed.

    Nothing to do costs one query per kind. A failed schema keeps answering 503 and does not stop the others.
    """
    with _alone():
        _migrate_public()
        if not SchemaScript.objects.filter(hash=current_hash()).exists():
            say("building the schema script")
            SchemaScript.objects.update_or_create(hash=current_hash(), defaults={"body": provisioning.make_script()})
        _drop_stale_spares()
        if not Schema.objects.filter(name=CONSOLE.schema).exists():
            provisioning.build(CONSOLE.schema, state=Schema.State.LIVE)
        done: dict[str, bool] = {}
        while names := [name for name in _lagging() if name not in done]:  # the old code may open shops meanwhile
            done |= {name: _bring_up(name, say) for name in names}
        SchemaScript.objects.exclude(hash=current_hash()).delete()
    return sum(not succeeded for succeeded in done.values())


def _lagging() -> list[str]:
    behind = Schema.objects.exclude(hash=current_hash()).exclude(state=Schema.State.SPARE)
    return list(behind.order_by("name").values_list("name", flat=True))


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        cursor.execute("SELECT pg_advisory_lock(%s)", [DEPLOY_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [DEPLOY_LOCK])
            cursor.execute("RESET statement_timeout; RESET lock_timeout")


def _migrate_public() -> None:
    with using_shop(PUBLIC):
        executor = MigrationExecutor(connection)
        targets = executor.loader.graph.leaf_nodes("tenants")
        if executor.migration_plan(targets):
            executor.migrate(targets)


def _drop_stale_spares() -> None:
    for name in (
        Schema.objects.filter(state=Schema.State.SPARE).exclude(hash=current_hash()).values_list("name", flat=True)
    ):
        with transaction.atomic(), connection.cursor() as cursor:
            if Schema.objects.filter(name=name, state=Schema.State.SPARE).delete()[0]:
                cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(name)))


def _bring_up(name: str, say: Callable[[str], None]) -> bool:
    say(f"migrating {name}")
    try:
        migrate_schema(name)
    except Exception as error:  # one broken shop must not keep the others behind
        logger.exception("schema %s could not be migrated", name)
        if not connection.is_usable():  # a sound one holds the lock of this deploy
            connection.close()
        Schema.objects.filter(name=name).update(state=Schema.State.FAILED, error=str(error)[:2000])
        return False
    with transaction.atomic():
        Schema.objects.filter(name=name).update(hash=current_hash(), state=Schema.State.LIVE, error="")
        registry.changed()
    return True


def migrate_schema(name: str) -> None:
    """Run the missing migrations of the shop's apps inside schema `name`, then the seeds."""
    with using_shop(ShopRef(uuid=UUID(int=0), key="", slug="", name="", schema=name)):
        executor = MigrationExecutor(connection)
        labels = {apps.get_app_config(app.rsplit(".", 1)[-1]).label for app in settings.TENANT_APPS}
        executor.migrate([leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] in labels])
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default")
        seed()


@transaction.atomic
def seed() -> None:
    """Put the rows every shop starts with into the current schema; safe to repeat."""
    for path in settings.SCHEMA_SEEDS:
        import_string(path)()
