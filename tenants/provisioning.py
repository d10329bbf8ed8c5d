"""Schemas: one DDL script made from a template database, a pool of ready ones, and claiming one.

A schema keeps its name for life, so claiming is one UPDATE of a registry row and a sign-up runs no DDL.
"""

import logging
import os
import re
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from tenants.migrations_hash import current_hash
from tenants.models import KEY_ALPHABET, Schema, SchemaScript

logger = logging.getLogger(__name__)

TEMPLATE_SCHEMA = "weipu_template_schema"
FILL_LOCK = 7_301_001
SCRIPT_LOCK = 7_301_002


class NoScript(RuntimeError):
    """`manage.py deploy` has not run for this code."""


def new_schema_name() -> str:
    """Return an unused name `s_<12 random>`."""
    return "s_" + "".join(secrets.choice(KEY_ALPHABET) for _ in range(12))


def script() -> str:
    """Return the DDL of the current migrations; NoScript before `deploy`."""
    body = SchemaScript.objects.filter(hash=current_hash()).values_list("body", flat=True).first()
    if body is None:
        raise NoScript("run manage.py deploy")
    return body


def make_script() -> str:
    """Return the DDL of a schema as one text, from SCHEMA_SCRIPTS if it was made there before."""
    if not settings.SCHEMA_SCRIPTS:
        return _build_script()
    kept = Path(settings.SCHEMA_SCRIPTS) / f"{current_hash()}.sql"
    if not kept.exists():
        written = kept.with_suffix(f".{os.getpid()}")
        written.write_text(_build_script(), "utf-8")
        written.replace(kept)  # whoever reads it finds the whole
    return kept.read_text("utf-8")


def _build_script() -> str:
    """Migrate a schema in a database of its own and return its DDL."""
    name = f"weipu_template_{current_hash()[:12]}"
    with psycopg.connect(**_address(), autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        try:
            _migrate_template(name)
            return _cleaned(_dump(name))
        finally:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _address(name: str | None = None) -> dict[str, Any]:
    parts = settings.DATABASES["default"]
    found = {"host": parts["HOST"], "port": parts["PORT"], "user": parts["USER"], "password": parts["PASSWORD"]}
    return {key: str(value) for key, value in {**found, "dbname": name or parts["NAME"]}.items() if value}


def _migrate_template(database: str) -> None:
    """Run all migrations in a fresh interpreter whose only database is the template."""
    parts = _address(database)
    address = (
        f"postgresql://{quote(parts.get('user', ''))}:{quote(parts.get('password', ''))}"
        f"@{parts.get('host', '')}:{parts.get('port', '')}/{database}"
    )
    subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), "migrate_schema", TEMPLATE_SCHEMA],
        check=True,
        env={
            **os.environ,
            "WEIPU_DATABASE_URL": address,
            "WEIPU_SECRET_KEY": settings.SECRET_KEY,
            "WEIPU_MASTER_KEY": settings.MASTER_KEY,
            "WEIPU_POOL": "0",
        },
    )


def _dump(database: str) -> str:
    parts = _address(database)
    command = [settings.PG_DUMP, "-n", TEMPLATE_SCHEMA, "--no-owner", "--no-privileges", "--no-comments"]
    command += ["--inserts", "--rows-per-insert=500"]
    command += ["-h", parts.get("host", ""), "-p", parts.get("port", "5432"), "-U", parts.get("user", "")]
    environment = {**os.environ, "PGPASSWORD": parts.get("password", "")}
    done = subprocess.run([*command, database], check=True, capture_output=True, text=True, env=environment)
    return done.stdout


def _cleaned(dump: str) -> str:
    """Return the dump without comments, session settings and psql's own commands."""
    kept = [line for line in dump.splitlines() if line and not line.startswith(("--", "SET ", "\\"))]
    text = "\n".join(line for line in kept if not line.startswith("SELECT pg_catalog.set_config"))
    return re.sub(r"\bALTER TABLE ONLY\b", "ALTER TABLE", text)


def build(name: str, *, state: str) -> None:
    """Create schema `name` with all tables, in one transaction."""
    statements = script().replace(TEMPLATE_SCHEMA, name)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '120s'")
        cursor.execute(statements)
        Schema.objects.create(name=name, hash=current_hash(), state=state)


def fill_spares() -> int:
    """Build spare schemas until there are settings.SPARE_SCHEMAS; return how many were built. One at a time."""
    built = 0
    while _build_one_spare():
        built += 1
    return built


@transaction.atomic
def _build_one_spare() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [FILL_LOCK])
        if not cursor.fetchone()[0]:
            return False
    if spares() >= settings.SPARE_SCHEMAS:
        return False
    build(new_schema_name(), state=Schema.State.SPARE)
    return True


def spares() -> int:
    """Return how many schemas wait for an owner."""
    return Schema.objects.filter(state=Schema.State.SPARE, hash=current_hash()).count()


def claim() -> str:
    """Return the name of a ready schema that is now the caller's; built on the spot when none waits.

    Must run in the transaction that writes the tenant, so that a failed sign-up gives the schema back.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE "public"."tenants_schema" SET state = 'LIVE', updated_at = now()
               WHERE name = (SELECT name FROM "public"."tenants_schema" WHERE state = 'SPARE' AND hash = %s
                             ORDER BY updated_at LIMIT 1 FOR UPDATE SKIP LOCKED)
               RETURNING name""",
            [current_hash()],
        )
        row = cursor.fetchone()
    if row:
        return row[0]
    name = new_schema_name()
    build(name, state=Schema.State.LIVE)
    return name
