"""What the tools offer a basket, asked once for the preview and once for the order."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.members.models import Member
from shop.pricing.steps import Offered
from shop.pricing.values import Item
from shop.promotions import reads
from shop.promotions.contract import ActivityName, Context, Gift, Live
from shop.promotions.registry import tools
from shop.promotions.tree import Tree


@dataclass(frozen=True, slots=True)
class Offering:
    """The offers of all tools, and the activities and gifts behind them."""

    offers: list[Offered] = field(default_factory=list)
    live: dict[ActivityName, Live] = field(default_factory=dict)
    gifts: dict[int, Gift] = field(default_factory=dict)

    def bucket(self, activity: ActivityName | None) -> str:
        """Return the stock that a line sells from: the activity's own, or "", the shop's."""
        found = self.live.get(activity) if activity else None
        return found.bucket if found else ""

    def pay_minutes(self, items: Sequence[Item]) -> int | None:
        """Return the shortest time to pay that the activities of the lines set; None when none does."""
        chosen = [self.live[item.activity] for item in items if item.activity]
        minutes = [each.pay_minutes or tools()[each.tool].pay_minutes for each in chosen]
        return min((each for each in minutes if each), default=None)


def offered(member: Member, items: Sequence[Item]) -> Offering:
    """Return what all tools offer for these items.

    ShopError: 409 `activity_over` for a line of an activity that does not run, does not hold its SKU, or is not one
    that shoppers choose; 409 `limit_exceeded` for more units than an order, or this member, may have of it; and what
    the tools raise.
    """
    known = tools()
    if not known:
        return Offering()
    tree = Tree()
    automatic = [code for code, tool in known.items() if not tool.is_chosen]
    named = {item.activity for item in items if item.activity}
    found = reads.live(
        member.pk, [item.sku for item in items], tools=automatic, named=[key for _tool, key in named], tree=tree
    )
    live = {(each.tool, each.key): each for each in found if each.tool in known}
    _check(items, live)
    gifts = _beside(items, reads.gifts(live.values()), live)
    offers: list[Offered] = []
    for code, tool in known.items():
        own = tuple(each for each in live.values() if each.tool == code)
        context = Context(member, tuple(items), own, gifts, tree)
        offers.append((tool, tool.offers(context)))
    return Offering(offers, live, gifts)


def _beside(items: Sequence[Item], gifts: dict[int, Gift], live: dict[ActivityName, Live]) -> dict[int, Gift]:
    """Return the gifts of which units are left beside those that the basket buys; it gets these first."""
    bought: dict[int, int] = {}
    for item in items:
        if item.sku in gifts and not (item.activity and live[item.activity].bucket):
            bought[item.sku] = bought.get(item.sku, 0) + item.quantity
    return {sku: replace(gift, left=max(gift.left - bought.get(sku, 0), 0)) for sku, gift in gifts.items()}


def _check(items: Sequence[Item], live: dict[ActivityName, Live]) -> None:
    units: dict[ActivityName, int] = {}
    for item in items:
        if item.activity is None:
            continue
        found = live.get(item.activity)
        if found is None or item.sku not in found.items or not tools()[found.tool].is_chosen:
            raise ShopError("activity_over", _("活动已结束或不存在"), status=409, detail={"activity": item.activity[1]})
        units[item.activity] = units.get(item.activity, 0) + item.quantity
    for name, wanted in units.items():
        _check_limit(live[name], live[name].uses(wanted))


def _check_limit(activity: Live, wanted: int) -> None:
    bounds = [bound for bound in (activity.most_per_order or None, activity.left) if bound is not None]
    if bounds and wanted > min(bounds):
        raise ShopError(
            "limit_exceeded",
            _("“%(title)s”限购 %(limit)d 件") % {"title": activity.title, "limit": min(bounds)},
            status=409,
            detail={"activity": activity.key, "limit": min(bounds)},
        )
