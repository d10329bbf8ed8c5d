"""manage.py ship"""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from shop.fulfilment import services
from shop.orders.models import Order
from tenants import registry
from tenants.context import using_shop
from tenants.errors import ShopError


class Command(BaseCommand):
    """Ships everything that is left of one paid order."""

    help = "Ship an order."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare shop, order and parcel."""
        parser.add_argument("slug")
        parser.add_argument("number")
        parser.add_argument("--carrier", default="sf")
        parser.add_argument("--tracking", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        """Ship it and print the package."""
        shop = registry.by_slug(options["slug"])
        if shop is None:
            raise CommandError("no such shop")
        with using_shop(shop):
            order = Order.objects.filter(number=options["number"]).first()
            if order is None:
                raise CommandError("no such order")
            try:
                package = services.ship(
                    order, None, carrier=options["carrier"], tracking_number=options["tracking"], actor="command"
                )
            except ShopError as error:
                raise CommandError(str(error)) from error
        self.stdout.write(json.dumps({"package": package.key, "order": order.number}))
