"""manage.py create_shop"""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import BaseCommand, CommandError, CommandParser

from payments.services.accounts import connect_paysim
from tenants.context import ShopRef, using_shop
from tenants.errors import ShopError
from tenants.services import Owner, open_shop


class Command(BaseCommand):
    """Opens a shop; where the platform runs the payment simulator, with an account there."""

    help = "Open a shop with its owner."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare slug, name, owner and password."""
        parser.add_argument("slug")
        parser.add_argument("--name", required=True)
        parser.add_argument("--owner", required=True, help="e-mail or phone the owner logs in with")
        parser.add_argument("--password", required=True)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Open it and print its addresses."""
        owner = Owner(options["owner"].strip(), make_password(options["password"]))
        try:
            shop = open_shop(options["slug"], options["name"], owner)
        except ShopError as error:
            raise CommandError(str(error)) from error
        if settings.PAYSIM_URL:
            with using_shop(shop):
                connect_paysim()
        found = addresses(shop)
        text = json.dumps(found, ensure_ascii=False)
        self.stdout.write(text if options["json"] else "\n".join(f"{name}: {value}" for name, value in found.items()))


def addresses(shop: ShopRef) -> dict[str, str]:
    """Return where people and programs find the shop."""
    default_port = {"http": "80", "https": "443"}[settings.PUBLIC_SCHEME]
    port = "" if default_port == settings.PUBLIC_PORT else f":{settings.PUBLIC_PORT}"
    web = f"{settings.PUBLIC_SCHEME}://{shop.host}{port}"
    return {
        "slug": shop.slug,
        "key": shop.key,
        "host": shop.host,
        "web": web,
        "admin": f"{web}/admin/",
        "api": f"{settings.SHARED_URL}/s/{shop.key}/api/v1",
    }
