"""manage.py migrate"""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import migrate


class Command(migrate.Command):
    """Refused: the stock command knows one schema, and this project has one per shop."""

    help = "Refused; use deploy."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Point to the right command."""
        raise CommandError("use manage.py deploy: it migrates public and every shop's schema")
