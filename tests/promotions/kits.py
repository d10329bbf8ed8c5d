"""For each marketing tool: an activity of it that holds for a basket, so that one suite can ask them all the same.

A new tool is not tested before it has a kit here; the suite says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shop.orders.services import OrderRequest, Wanted
from tests.factories import make_member
from tests.promotions.activities import make_activity

CLOSED = [1, 2, 3, 4]  # an activity of its own price shares its lines with points alone


@dataclass(frozen=True)
class Kit:
    """`make(member, skus, **fields)` makes what holds for a basket of the SKUs; `is_named`: its lines name it.

    `uses` is what a basket counts towards a limit per member; 0 for a tool with limits of its own.
    """

    make: Callable[..., Any]
    is_named: bool = False
    uses: int = 1
    quantity: int = 2  # units of each line
    named: int = 2  # how many of the lines may name the activity


def _limited_discount(member, skus, **fields):
    return make_activity("limited_discount", items=[(sku, {"price": sku.price - 7}) for sku in skus], **fields)


def _full_reduction(member, skus, **fields):
    rule = {"tiers": [{"threshold": 100, "minus": 33}]}
    return make_activity("full_reduction", rule=rule, scope={"all": True}, **fields)


def _ladder_price(member, skus, **fields):
    rule = {"unit": "units", "tiers": [{"threshold": 2, "share": 1_111}]}
    return make_activity("ladder_price", rule=rule, scope={"all": True}, **fields)


def _add_on(member, skus, **fields):
    items = [(sku, {"price": sku.price - 11, "units": 4}) for sku in skus]
    return make_activity("add_on", items=items, rule={"threshold": 0}, excludes=CLOSED, has_stock=True, **fields)


def _bundle(member, skus, **fields):
    items = [(sku, {"details": {"quantity": 2}}) for sku in skus]
    rule = {"price": sum(sku.price * 2 for sku in skus) - 101, "units_per_use": 2 * len(skus)}
    return make_activity("bundle", items=items, rule=rule, excludes=CLOSED, **fields)


def _bargain(member, skus, **fields):
    """A bargain of the first SKU that the member has brought down with the help of others."""
    from shop.marketing.bargain.services import help_bargain, launch

    rule = {"helpers": 3, "hours": 24, "pay_hours": 2}
    items = [(sku, {"price": sku.price - 100, "units": 4}) for sku in skus]
    activity = make_activity("bargain", items=items, rule=rule, excludes=CLOSED, has_stock=True, **fields)
    for sku in skus:
        bargain = launch(member, activity.key, sku.key)
        for _helper in range(2):
            help_bargain(make_member(), bargain.key)
    return activity


def _flash_sale(member, skus, **fields):
    items = [(sku, {"price": sku.price // 3, "units": 4}) for sku in skus]
    return make_activity("flash_sale", items=items, excludes=CLOSED, has_stock=True, **fields)


def _coupon(member, skus, **fields):
    from tests.promotions.coupons import hold  # an installation may lack the tool

    return [hold(member, threshold=100, value=77, is_stackable=True, **fields) for _twice in range(2)]


def _group_buy(member, skus, **fields):
    items = [(skus[0], {"price": skus[0].price - 51, "units": 4})]
    rule = {"sizes": [3], "hours": 24, "when_full": "OPEN"}
    return make_activity("group_buy", items=items, rule=rule, excludes=CLOSED, has_stock=True, **fields)


KITS = {
    "limited_discount": Kit(_limited_discount, uses=4),
    "full_reduction": Kit(_full_reduction),
    "ladder_price": Kit(_ladder_price),
    "add_on": Kit(_add_on, is_named=True, uses=4),
    "bundle": Kit(_bundle, is_named=True),
    "bargain": Kit(_bargain, is_named=True, uses=2, quantity=1),
    "flash_sale": Kit(_flash_sale, is_named=True, uses=4),
    "coupon": Kit(_coupon, uses=0),
    "group_buy": Kit(_group_buy, is_named=True, uses=2, named=1),
}


def basket(kit, made, member, skus, **fields):
    """A request for some units of each SKU, in the activity where lines name it."""
    name = (made.tool, made.key) if kit.is_named else None
    wanted = [Wanted(sku.key, kit.quantity, name if place < kit.named else None) for place, sku in enumerate(skus)]
    return OrderRequest(items=wanted, address=member.address.key, **fields)
