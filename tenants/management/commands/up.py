"""Runs the whole product on this machine."""

import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from saas.embedded import operate
from saas.embedded.runtime_env import data_folder


class Command(BaseCommand):
    help = "Runs PostgreSQL, Redis, the simulators, web, worker and poller until Ctrl-C."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declares the options."""
        parser.add_argument("--detach", action="store_true", help="return when everything is ready")
        parser.add_argument("--port", type=int, help="first of six ports; default: the last one used, or 8000")
        parser.add_argument("--data", help="data folder; default: $WEIPU_DATA, or var/")
        parser.add_argument("--demo", action="store_true", help="then fill in the demonstration shop")

    def handle(self, *, detach: bool, port: int | None, data: str | None, demo: bool, **_options: object) -> None:
        """Exits 1 if something does not start, 2 if a port is busy."""
        run = operate.up_detached if detach else operate.up
        sys.exit(run(data_folder(data), port, demo=demo))
