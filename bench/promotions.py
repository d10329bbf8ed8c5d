"""What a cart of ten lines under many promotions costs: statements and CPU. Run: python -m bench.promotions

Starts a product of its own, prints JSON lines, and stops it. Nine tools are active and four coupons are held; five
lines are plain, the others name a flash sale, an add-on purchase, a bundle of two parts and a group buy.
"""

import json
import subprocess
import sys
import time
from typing import Any

from bench.measuring import note, running_product, say
from tests.e2e.driver import REPOSITORY

QUOTES = 200
MOST_QUOTE, MOST_PLACE, MOST_CPU_MS = 12, 30, 25.0


def main() -> int:
    """Measure and return 1 when a quote or an order costs more than it may."""
    with running_product() as product:
        product.create_shop("bench")
        done = subprocess.run(
            [sys.executable, "-m", "bench.promotions", "inside"],
            cwd=REPOSITORY,
            env=product.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    found = json.loads(done.stdout.splitlines()[-1])
    for name in ("quote", "place"):
        for number, statement in enumerate(found.pop(f"{name}_statements"), start=1):
            note(f"{name} {number:3} {' '.join(statement.split())[:140]}")
    say("ten lines, nine tools, four coupons", **found, targets=[MOST_QUOTE, MOST_PLACE, MOST_CPU_MS])
    over = found["quote_queries"] > MOST_QUOTE or found["place_queries"] > MOST_PLACE
    return int(over or found["quote_cpu_ms"] > MOST_CPU_MS)


def inside() -> dict[str, Any]:
    """Return the figures, taken in a process of the product."""
    from bench import queries  # sets Django up
    from tenants import registry
    from tenants.context import using_shop

    queries.remember_statements()
    shop = registry.by_slug("bench")
    with using_shop(shop):
        body, token = _furnished()

    def ask(path: str, number: int) -> tuple[list[str], dict[str, Any]]:
        queries.sent.clear()
        status, answer = queries.request(shop.host, path, body, token, f"bench-{number}")
        if status not in (200, 201):
            raise SystemExit(f"{status} {answer}")
        kinds = ("transaction", "search_path", "PING")
        return [each for each in queries.sent if queries.kind_of(each) not in kinds], answer

    for number in range(queries.WARM_UPS):
        quoted, answer = ask("/api/v1/checkout/preview", number)
    started = time.process_time()
    for number in range(QUOTES):
        ask("/api/v1/checkout/preview", number)
    spent = (time.process_time() - started) * 1000 / QUOTES
    placed, _order = ask("/api/v1/orders", 0)
    return {
        "lines": len(answer["lines"]),
        "tools": sorted({each["tool"] for each in answer["discounts"]}),
        "quote_queries": len(quoted),
        "quote_cpu_ms": round(spent, 2),
        "place_queries": len(placed),
        "quote_statements": quoted,
        "place_statements": placed,
    }


def _furnished() -> tuple[dict[str, Any], str]:
    """Return the body of a checkout and the token of the member whose it is."""
    from shop.core.models import ShopSettings
    from shop.ledgers.services import Cause, post
    from shop.members.models import Level, Member
    from tests.factories import make_address, make_member, make_sku
    from tests.promotions.activities import make_activity
    from tests.promotions.coupons import hold, make_template
    from tests.promotions.kits import CLOSED, KITS

    ShopSettings.objects.update(points_on=True, points_most_bp=5_000)
    member = make_member()
    level = Level.objects.create(name="金卡", threshold=1, discount_bp=500)
    Member.objects.filter(pk=member.pk).update(level=level)
    post(member.pk, 10_000, cause=Cause.ADJUSTED, key="bench")
    skus = [make_sku(price=10_000 + number, stock=1_000) for number in range(10)]
    plain, flash, extra, parts, group = skus[:5], skus[5], skus[6], skus[7:9], skus[9]
    for code in ("limited_discount", "full_reduction", "ladder_price"):
        KITS[code].make(member, plain[:3])
    named = [(flash, KITS["flash_sale"].make(member, [flash])), (extra, KITS["add_on"].make(member, [extra]))]
    bundle = KITS["bundle"].make(member, parts)
    named += [(part, bundle) for part in parts] + [(group, KITS["group_buy"].make(member, [group]))]
    make_activity("bargain", items=[(flash, {"price": 100})], rule={}, excludes=CLOSED)
    template = make_template(threshold=10_000, value=500, is_stackable=True)
    for _coupon in range(4):
        hold(member, template)
    items: list[dict[str, Any]] = [{"sku": sku.key, "quantity": 2} for sku in plain]
    items += [
        {"sku": sku.key, "quantity": 2, "activity": {"tool": activity.tool, "key": activity.key}}
        for sku, activity in named
    ]
    return {"items": items, "address": make_address(member).key, "points": 500}, member.token


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        print(json.dumps(inside(), ensure_ascii=False))
    else:
        sys.exit(main())
