"""Activities of the furnished shop, beside its group buy: one of each tool that has pages of its own."""

import json

OPEN = """
import json
from datetime import timedelta
from django.utils import timezone
from shop.catalog.models import SKU
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.services import publish_activity
from tenants import registry
from tenants.context import using_shop

with using_shop(registry.by_slug("{slug}")):
    keys, noon = dict(), timezone.now() + timedelta(hours=20)

    def run(name, tool, rule, items, starts_at=timezone.now() - timedelta(minutes=1), **more):
        activity = Activity.objects.create(
            tool=tool, title="热闹一场", starts_at=starts_at, ends_at=starts_at + timedelta(days=3), rule=rule,
            excludes=[1, 2, 3, 4], **more,
        )
        for code, values in items.items():
            ActivityItem.objects.create(activity=activity, sku=SKU.objects.get(code=code), **values)
        publish_activity(activity, actor="test")
        keys[name] = activity.key

    few = dict(price=990, units=3)
    run("flash_sale", "flash_sale", dict(), {{"JJ-301-2": few, "JJ-107-1": few}}, has_stock=True, most_per_member=2)
    run("flash_next", "flash_sale", dict(), {{"JJ-308-1": few}}, noon, has_stock=True)
    cut = dict(helpers=4, hours=24, pay_hours=2, any_price=True)
    run("bargain", "bargain", cut, {{"JJ-106-1": dict(price=9_900), "JJ-106-2": dict(price=9_900)}})
    parts = {{code: dict(details=dict(quantity=units)) for code, units in (("JJ-301-2", 2), ("JJ-302-1", 1))}}
    run("bundle", "bundle", dict(price=8_800), parts)
    added = {{"JJ-204-1": dict(price=990), "JJ-203-1": dict(price=1_990)}}
    run("add_on", "add_on", dict(threshold=19_900), added, scope={{"all": True}})
    print(json.dumps([keys, SKU.objects.get(code="JJ-106-1").key]))
"""


def open_activities(product, made, launcher, friend):
    """Publish them and let somebody launch a bargain, which a friend helps with: the keys of all of it."""
    said = product.manage("shell", "-v", "0", "-c", OPEN.format(slug=made["slug"])).stdout
    keys, sku = json.loads(said.splitlines()[-1])
    cutting = launcher.must(201, "POST", "bargains", {"activity": keys["bargain"], "sku": sku})["key"]
    friend.must(201, "POST", f"bargains/{cutting}/help")
    return {**keys, "cutting": cutting}
