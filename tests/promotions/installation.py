"""Run as a process of its own: an installation with other marketing tools than the test run's, on one database.

python installation.py use …      opens a shop for each tool and places orders with it: one unpaid, one paid
python installation.py without X  lacks X: opens a new shop, sells in it, and ends the orders of the shop that used X
python installation.py sell X     has X in addition: opens a new shop and sells with an activity of X
"""

import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "saas.settings")


def main(verb, code):
    import django

    django.setup()
    from tenants.deploying import deploy

    assert deploy() == 0
    answer = {"use": _use, "without": _without, "sell": _sell}[verb](code)
    print(json.dumps(answer))


def _open(slug):
    from tenants import registry
    from tenants.services import Owner, open_shop

    open_shop(slug, slug, Owner(f"{slug}@example.com", "!"))
    registry.forget()
    return registry.by_slug(slug)


def _people():
    from tests.factories import make_address, make_member, make_sku

    member = make_member()
    member.address = make_address(member)
    return member, [make_sku(price=1_001), make_sku(price=333)]


def _placed(code, *, is_paid):
    """Return the number of an order with an activity of the tool, which is over afterwards so that tools do not mix."""
    from shop.orders import services as orders
    from shop.promotions.models import Activity
    from shop.promotions.services import end_activity
    from tests.promotions.kits import KITS, basket

    member, skus = _people()
    kit = KITS[code]
    made = kit.make(member, skus)
    order = orders.place_order(member, basket(kit, made, member, skus))
    if is_paid:
        assert orders.mark_paid(order, order.total) is orders.Outcome.PAID
    for activity in Activity.objects.filter(state=Activity.State.ON):
        end_activity(activity, actor="test")
    return order.number


def _use(_code):
    from shop.promotions.registry import tools
    from tenants.context import using_shop
    from tests.promotions.kits import KITS

    used = {}
    for code in sorted(set(KITS) & set(tools())):
        with using_shop(_open(f"used-{code.replace('_', '-')}")):
            used[code] = [_placed(code, is_paid=False), _placed(code, is_paid=True)]
    return used


def _without(code):
    from django.apps import apps
    from django.db import transaction

    from shop.orders import services as orders
    from shop.orders.models import Order
    from shop.orders.presentation import order_json
    from shop.promotions.registry import tools
    from tenants import registry
    from tenants.context import using_shop
    from tests.factories import make_order
    from tests.promotions.activities import refund

    answer = {"installed": sorted(tools()), "apps": [each.label for each in apps.get_app_configs()]}
    with using_shop(_open(f"without-{code.replace('_', '-')}")):
        order = make_order()
        answer["sold"] = orders.mark_paid(order, order.total).name
        answer["fresh"] = _unsound()
    registry.forget()
    with using_shop(registry.by_slug(f"used-{code.replace('_', '-')}")):
        unpaid, paid = (Order.objects.get(number=number) for number in json.loads(os.environ["ORDERS"])[code])
        answer["shown"] = [len(order_json(each)["lines"]) for each in (unpaid, paid)]
        answer["cancelled"] = orders.mark_cancelled(unpaid, Order.CancelReason.MEMBER, actor="test")
        if paid.state == Order.State.WAIT_GROUP:
            orders.release_hold(paid, note="")
        with transaction.atomic():
            parts = [
                refund(paid, {line.position: line.quantity}, f"{code}-{line.position}") for line in paid.lines.bought()
            ]
        answer["refunded"] = sum(parts) + paid.freight == paid.total
        answer["old"] = _unsound()
    return answer


def _unsound():
    """Invariants that do not hold; no provider takes part here, and the ended activities of `_placed` had no time."""
    from tests.promotions.activities import unsound

    return {code: count for code, count in unsound().items() if code != "I14"}


def _sell(code):
    from shop.orders import services as orders
    from shop.promotions.registry import tools
    from tenants.context import using_shop
    from tests.promotions.activities import make_activity, unsound

    with using_shop(_open(f"with-{code.replace('_', '-')}")):
        member, skus = _people()
        make_activity(code, scope={"all": True}, title="sample")
        wanted = [orders.Wanted(skus[0].key, 5), orders.Wanted(skus[1].key, 1)]
        order = orders.place_order(member, orders.OrderRequest(items=wanted, address=member.address.key))
        return {
            "installed": sorted(tools()),
            "lines": [line.total for line in order.lines.all()],
            "ledger": list(order.promotions.values_list("tool", "amount")),
            "unsound": unsound(),
        }


if __name__ == "__main__":
    main(*sys.argv[1:])
