"""A shop like the demonstration's, under another name: its goods, pictures, front page, shoppers and their orders."""

import json

FURNISH = """
import json
from dataclasses import replace
from payments.management.commands.create_shop import addresses
from saas.demo import after_sales, browsing, decoration, merchandise, orders, searching, shops, virtual, work
from tenants.context import using_shop

for known in (merchandise.MERCHANDISE, searching.SEARCHES, virtual.ASKED):
    known["{slug}"] = known["demo-home"]
shop, _ = shops.ensure_shop(replace(shops.SHOPS[0], slug="{slug}"))
with using_shop(shop):
    orders.tell(orders.HOME)
    work.do("demo-home")
    after_sales.complain("demo-home")
    after_sales.wait_until_refunded()
    browsing.browse("demo-home")
    decoration.decorate("demo-home")
print(json.dumps(addresses(shop)))
"""
PAINT = """
from shop.core.models import ShopSettings
from tenants import registry
from tenants.context import using_shop
with using_shop(registry.by_slug("{slug}")):
    ShopSettings.objects.update(theme_colour="{colour}")
"""


def furnish(product, slug):
    """Open the shop and return where it is."""
    said = product.manage("shell", "-v", "0", "-c", FURNISH.format(slug=slug)).stdout
    return json.loads(said.splitlines()[-1])


def paint(product, slug, colour):
    """Give the shop a colour of its own."""
    product.manage("shell", "-v", "0", "-c", PAINT.format(slug=slug, colour=colour))
