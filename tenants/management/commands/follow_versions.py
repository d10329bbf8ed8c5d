"""manage.py follow_versions"""

import logging
import signal
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection

from tenants import versions

logger = logging.getLogger(__name__)

FOLLOW_SECONDS = 0.5


class Command(BaseCommand):
    """Keeps the version board of a machine right that serves the web and runs no poller."""

    help = "Keep this machine's version board right until stopped; the poller does it too."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or SIGINT."""
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        everything = True
        while not stop.is_set():
            try:
                versions.follow(everything=everything)
                everything = False
            except (DatabaseError, InterfaceError) as error:
                logger.warning("database away: %s", type(error).__name__)
                connection.close()
            stop.wait(FOLLOW_SECONDS)
