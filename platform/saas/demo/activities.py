"""Makes the activities of the demonstration run, with a group that waits for members and a bargain that has begun."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from saas.demo.deals import DEALS, Deal
from saas.demo.orders import pay, wait_until_booked
from shop.catalog.models import SKU, Product
from shop.core.errors import ShopError
from shop.core.money import parse_yuan
from shop.members.models import Address, Member
from shop.orders.services import OrderRequest, Wanted, place_order
from shop.pricing.values import Stage
from shop.promotions.drafts import ItemDraft
from shop.promotions.models import Activity, scope_json
from shop.promotions.registry import tools
from shop.promotions.services import publish_activity, save_activity
from shop.promotions.tiers import gift_keys

LASTS = timedelta(days=30)
REMARK = "拼团"


def offer_deals(slug: str, *, actor: str) -> None:
    """Make sure that every deal of the shop runs whose tool is there, and that somebody takes part where one does.

    A deal for which the shop's goods leave no room any more (sold out, other prices) is left out.
    """
    for deal in DEALS.get(slug, ()):
        if deal.tool in tools():
            with suppress(ShopError):
                _offer(deal, actor=actor)


def _offer(deal: Deal, *, actor: str) -> None:
    live = Activity.objects.of_tool(deal.tool).live().filter(title=deal.title)
    activity = live.first() or _open(deal, actor=actor)
    member = Member.objects.filter(nickname=deal.begun_by).first() if deal.begun_by else None
    if member:
        _BEGINS[deal.tool](member, activity, deal)


@transaction.atomic
def _open(deal: Deal, *, actor: str) -> Activity:
    skus = dict(SKU.objects.filter(code__in=_codes(deal)).values_list("code", "pk"))
    items = [_item(skus[code], said) for code, said in deal.prices.items()]
    now = timezone.now() - timedelta(minutes=1)  # so that it runs by the database's clock too
    activity = Activity(
        tool=deal.tool,
        title=deal.title,
        starts_at=now,
        ends_at=now + LASTS,
        rule=_rule(deal, skus, items),
        scope=_scope(deal),
        most_per_member=deal.most_per_member,
        excludes=[stage.value for stage in Stage if stage < Stage.POINTS] if tools()[deal.tool].is_chosen else [],
    )
    publish_activity(save_activity(activity, items=items), actor=actor)
    return activity


def _scope(deal: Deal) -> dict[str, Any]:
    products = Product.objects.filter(code__in=deal.goods).values_list("pk", flat=True)
    return scope_json(is_all=deal.is_for_all, products=products) if deal.is_for_all or deal.goods else {}


def _codes(deal: Deal) -> list[str]:
    return [*deal.prices, *gift_keys(deal.rule)]  # type: ignore[list-item]  # gifts are codes still


def _item(sku: int, said: str | Mapping[str, Any]) -> ItemDraft:
    """Return an item of a price in yuan, or of what the tool wants to know instead."""
    if isinstance(said, str):
        return ItemDraft(sku, parse_yuan(said))
    return ItemDraft(sku, next(iter(said.get("prices", ())), None), details=said)


def _rule(deal: Deal, skus: Mapping[str, int], items: list[ItemDraft]) -> dict[str, Any]:
    """Return the rule as it is stored: with SKUs instead of codes, and the units of a set."""
    rule = dict(deal.rule)
    if deal.tool == "bundle":
        rule["units_per_use"] = sum(item.details["quantity"] for item in items)
    if "tiers" in rule:
        rule["tiers"] = [_tier(tier, skus) for tier in rule["tiers"]]
        rule["gifts"] = gift_keys(rule)
    return rule


def _tier(tier: Mapping[str, Any], skus: Mapping[str, int]) -> dict[str, Any]:
    gifts = [{**gift, "sku": skus[gift["sku"]]} for gift in tier.get("gifts", ())]
    return {**tier, **({"gifts": gifts} if gifts else {})}


def _open_group(member: Member, activity: Activity, deal: Deal) -> None:
    """Let the shopper pay for a group of his own, unless one waits for members."""
    from shop.marketing.group_buy.models import Group

    address = Address.objects.of(member).first()
    if address is None or Group.objects.open().filter(activity=activity).exists():
        return
    sku = SKU.objects.get(code=next(iter(deal.prices)))
    wanted = [Wanted(sku.key, 1, (activity.tool, activity.key))]
    with transaction.atomic():
        order = place_order(member, OrderRequest(items=wanted, address=address.key, remark=REMARK))
    pay(order)
    wait_until_booked(order)


def _launch_bargain(member: Member, activity: Activity, deal: Deal) -> None:
    """Let the shopper bargain for the first SKU, and others help, unless his bargain runs."""
    from shop.marketing.bargain.models import Bargain
    from shop.marketing.bargain.services import help_bargain, launch

    if Bargain.objects.of(member).running().filter(activity=activity).exists():
        return
    with transaction.atomic():
        bargain = launch(member, activity.key, SKU.objects.get(code=next(iter(deal.prices))).key)
        for helper in Member.objects.filter(nickname__in=deal.helped_by).order_by("pk"):
            help_bargain(helper, bargain.key)


_BEGINS = {"group_buy": _open_group, "bargain": _launch_bargain}
