"""manage.py migrate_schema NAME"""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from psycopg import sql

from tenants.deploying import migrate_schema


class Command(BaseCommand):
    """Creates a schema if it is missing and migrates it in process; `deploy` uses it for the template."""

    help = "Create and migrate one schema."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the schema's name."""
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create and migrate."""
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(options["name"])))
        migrate_schema(options["name"])
