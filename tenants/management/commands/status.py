"""Tells whether the product runs, and where."""

import sys
from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from saas.embedded import operate
from saas.embedded.runtime_env import data_folder


class Command(BaseCommand):
    help = "Prints addresses and process ids of what `up` runs."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declares the options."""
        parser.add_argument("--json", action="store_true", dest="as_json", help="one JSON object")
        parser.add_argument("--data", help="data folder; default: $WEIPU_DATA, or var/")

    def handle(self, *, as_json: bool, data: str | None, **_options: object) -> None:
        """Exits 1 when not running or when a service is not healthy."""
        sys.exit(operate.status(data_folder(data), as_json=as_json))
