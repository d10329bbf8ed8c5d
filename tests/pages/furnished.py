"""A shop like the demonstration's, under another name: its goods, pictures, front page, shoppers and their orders."""

import json

from tests.e2e.driver import Shopper
from tests.pages.activities import open_activities

REVIEWED, SHIPPED, PAID, UNPAID = "linwei", "chenxi", "zhouning", "hejia"  # the demonstration's shoppers
LEADER = "duzhang"

FURNISH = """
import json
from dataclasses import replace
from payments.management.commands.create_shop import addresses
from saas.demo import after_sales, browsing, coupons, decoration, merchandise, orders, searching, shops, virtual, work
from tenants.context import using_shop

for known in (merchandise.MERCHANDISE, searching.SEARCHES, virtual.ASKED, coupons.COUPONS):
    known["{slug}"] = known["demo-home"]
shop, _ = shops.ensure_shop(replace(shops.SHOPS[0], slug="{slug}"))
with using_shop(shop):
    orders.tell(orders.HOME)
    work.do("demo-home")
    after_sales.complain("demo-home")
    after_sales.wait_until_refunded()
    browsing.browse("demo-home")
    decoration.decorate("demo-home")
    coupons.hand_out("{slug}")
print(json.dumps(addresses(shop)))
"""
GROUP_BUY = """
from datetime import timedelta
from django.utils import timezone
from shop.catalog.models import SKU
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.services import publish_activity
from tenants import registry
from tenants.context import using_shop
with using_shop(registry.by_slug("{slug}")):
    now = timezone.now()
    activity = Activity.objects.create(
        tool="group_buy", title="好友拼团", starts_at=now - timedelta(minutes=1), ends_at=now + timedelta(days=3),
        rule={{"sizes": [3, 5], "hours": 24, "when_full": "OPEN"}}, excludes=[1, 2, 3, 4],
    )
    sku = SKU.objects.get(code="JJ-301-1")
    ActivityItem.objects.create(activity=activity, sku=sku, price=900, details={{"prices": [900, 800]}})
    publish_activity(activity, actor="test")
    cheaper = Activity.objects.create(
        tool="limited_discount", title="冬日限时", starts_at=now, ends_at=now + timedelta(days=3),
    )
    for each in SKU.objects.get(key="{bowl}").product.skus.all():
        ActivityItem.objects.create(activity=cheaper, sku=each, details={{"discount_bp": 1_500}})
    publish_activity(cheaper, actor="test")
    reduction = Activity.objects.create(
        tool="full_reduction", title="冬日满减", summary="满 5000 元减 200 元", scope={{"all": True}},
        rule={{"tiers": [{{"threshold": 500_000, "minus": 20_000}}]}}, starts_at=now, ends_at=now + timedelta(days=3),
    )
    publish_activity(reduction, actor="test")
    print(activity.key, sku.key, reduction.key)
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


def open_group(product, made, bowl):
    """A group buy, and a group in it that wants two more; the bowl cheaper for a time, a reduction: their keys."""
    said = product.manage("shell", "-v", "0", "-c", GROUP_BUY.format(slug=made["slug"], bowl=bowl)).stdout
    activity, sku, reduction = said.split()
    leader = Shopper(made["api"], LEADER).log_in().with_address()
    wanted = {"sku": sku, "quantity": 1, "activity": {"tool": "group_buy", "key": activity}}
    order = leader.must(201, "POST", "orders", {"items": [wanted], "address": leader.address}, "open-group")["number"]
    product.paysim("POST", "/_control/pay", out_trade_no=leader.start_paying(order)["out_trade_no"])
    leader.wait_for(order, "WAIT_GROUP")
    group = first(leader, "me/groups")["key"]
    return {"group_buy": activity, "group": group, "group_order": order, "reduction": reduction}


def keys_of(product, made):
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
        **open_group(product, made, sku["key"]),  # the bowl's
        **open_activities(product, made, reviewed, people[SHIPPED]),
    }
