"""manage.py reset_password"""

import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.core.staff import reset_password
from tenants import registry
from tenants.context import CONSOLE, using_shop
from tenants.errors import ShopError


class Command(BaseCommand):
    """Gives an account of a shop's back office (or of the console) a new password and unlocks it."""

    help = "Give an account a new password and unlock it; CONSOLE as slug means the operators' console."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare shop and account."""
        parser.add_argument("slug")
        parser.add_argument("account")
        parser.add_argument("--password", help="asked for when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set the password."""
        shop = CONSOLE if options["slug"] == "CONSOLE" else registry.by_slug(options["slug"])
        if shop is None:
            raise CommandError("no such shop")
        password = options["password"] or getpass.getpass("New password: ")
        with using_shop(shop):
            try:
                reset_password(options["account"], password)
            except ShopError as error:
                raise CommandError(str(error)) from error
        self.stdout.write("done")
