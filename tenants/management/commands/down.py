"""Ends what `up` started."""

import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from saas.embedded import operate
from saas.embedded.runtime_env import data_folder


class Command(BaseCommand):
    help = "Ends everything that `up` started over this data folder."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declares the options."""
        parser.add_argument("--data", help="data folder; default: $WEIPU_DATA, or var/")

    def handle(self, *, data: str | None, **_options: object) -> None:
        """Exits 1 if a port is still taken afterwards."""
        sys.exit(operate.down(data_folder(data)))
