"""manage.py deploy"""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from tenants.deploying import deploy

PATIENCE_SECONDS = 60


class Command(BaseCommand):
    """Brings every schema to the migrations of this code; a no-op is a few queries."""

    help = "Bring every schema to the migrations of this code."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Deploy; exit 1 when a schema failed."""
        self._wait_for_database()
        if failed := deploy(lambda line: self.stdout.write(line)):
            raise CommandError(f"{failed} schemas failed; they answer 503, see the log")

    def _wait_for_database(self) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return connection.ensure_connection()
            except OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.3)
