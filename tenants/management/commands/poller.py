"""manage.py poller"""

import logging
import signal
import time
from threading import Event
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection

from tenants import due, outbox, provisioning, versions
from tenants.housekeeping import purge
from tenants.tasks import fill_spares

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.25
POOL_SECONDS = 2
FOLLOW_SECONDS = 0.5
PURGE_SECONDS = 3600


class Command(BaseCommand):
    """The guarantee behind every message: relays events, fires due work, keeps spare schemas. Two are safe."""

    help = "Relay events and fire due work until stopped."
    requires_system_checks: list[str] = []
    backlog = False  # more is due than one round hints

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM or SIGINT."""
        self.stop = Event()
        self.next_at = {self._follow: 0.0, self._fill_pool: 0.0, self._purge: time.monotonic() + PURGE_SECONDS}
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        self.followed = False
        while not self.stop.is_set():
            if not self._tick():
                self.stop.wait(TICK_SECONDS)

    def _tick(self) -> bool:
        """Do what is due now and return whether there is likely more that somebody could take on."""
        try:
            self.backlog = self.backlog and due.workers_are_late()
            busy = outbox.relay()
            if not self.backlog:
                busy += (hinted := due.dispatch())
                self.backlog = hinted >= due.BATCH
            for job, at in self.next_at.items():
                if time.monotonic() >= at:
                    job()
        except (DatabaseError, InterfaceError) as error:
            logger.warning("database away: %s", type(error).__name__)
            connection.close()
            return False
        return busy >= 100

    def _follow(self) -> None:
        self.next_at[self._follow] = time.monotonic() + FOLLOW_SECONDS
        versions.follow(everything=not self.followed)
        self.followed = True

    def _fill_pool(self) -> None:
        self.next_at[self._fill_pool] = time.monotonic() + POOL_SECONDS
        if provisioning.spares() < settings.SPARE_SCHEMAS:
            try:
                fill_spares.apply_async(retry=False)
            except Exception as error:  # the broker is away; the next round asks again
                logger.warning("broker away: %s", type(error).__name__)

    def _purge(self) -> None:
        self.next_at[self._purge] = time.monotonic() + PURGE_SECONDS
        purge()
