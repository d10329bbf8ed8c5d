"""manage.py demo"""

from typing import Any

import requests
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from payments.base import PaymentError
from payments.management.commands.create_shop import addresses
from saas.demo import after_sales, work
from saas.demo.accounts import ensure_operator
from saas.demo.activities import offer_deals
from saas.demo.browsing import browse
from saas.demo.coupons import hand_out
from saas.demo.decoration import decorate
from saas.demo.flash import sell_fast
from saas.demo.orders import STORIES, tell
from saas.demo.report import summary
from saas.demo.shops import ACTOR, SHOPS, DemoRefused, ensure_shop
from tenants.context import using_shop
from tenants.errors import ShopError


class Command(BaseCommand):
    """Fills a running product with two shops and a few orders; a second run changes nothing and prints the same."""

    help = "Fill the running product with two demonstration shops."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing and print addresses and log-ins."""
        if not settings.PAYSIM_URL:
            raise CommandError("the product does not run: manage.py up --demo starts it and does this too")
        try:
            self.stdout.write(_demo())
        except OperationalError as error:
            raise CommandError(f"the database is away: start the product with manage.py up ({error})") from error
        except (DemoRefused, ShopError, PaymentError, requests.RequestException) as error:
            raise CommandError(str(error)) from error


def _demo() -> str:
    shops = []
    for demo in SHOPS:
        shop, password = ensure_shop(demo)
        with using_shop(shop):
            tell(STORIES[demo.slug])
            work.do(demo.slug)
            after_sales.complain(demo.slug)
            after_sales.wait_until_refunded()
            browse(demo.slug)
            hand_out(demo.slug)
            sell_fast(demo.slug, actor=ACTOR)
            offer_deals(demo.slug, actor=ACTOR)
            decorate(demo.slug)
        shops.append((demo.name, addresses(shop), demo.owner, password))
    return summary(shops, ensure_operator())
