"""A shop like the demonstration's, under another name: its goods, pictures, front page, shoppers and their orders."""

import json

from tests.e2e.driver import Shopper

REVIEWED, SHIPPED, PAID, UNPAID = "linwei", "chenxi", "zhouning", "hejia"  # the demonstration's shoppers

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


def first(shopper, path):
    return shopper.must(200, "GET", path)["results"][0]


def keys_of(made):
    """What the addresses of a furnished shop's pages are made of; its first shopper has a full cart then."""
    people = {name: Shopper(made["api"], name).log_in() for name in (REVIEWED, SHIPPED, PAID, UNPAID)}
    reviewed = people[REVIEWED]
    quilt = first(reviewed, "products?keyword=羊毛冬被")["key"]
    bowl = first(reviewed, "products?keyword=碗")["key"]
    for key in (quilt, bowl):
        sku = next(each for each in reviewed.must(200, "GET", f"products/{key}")["skus"] if not each["sold_out"])
        reviewed.must(201, "POST", "cart/items", {"sku": sku["key"], "quantity": 1})
    return {name: first(each, "orders")["number"] for name, each in people.items()} | {
        "product": bowl,
        "reviewed": quilt,
        "complaint": first(people[SHIPPED], "after-sales")["number"],
        "refunded": first(reviewed, "after-sales")["number"],
        "address": first(reviewed, "addresses")["key"],
        "review": first(reviewed, "reviews/mine")["key"],
    }
