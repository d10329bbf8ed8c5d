"""Rules with tiers as activities store them, for every tool that has such.

{"unit": "fen" | "units", "times": 1, "tiers": [{"threshold", "minus", "share", "cap", "gifts": [{"sku", "quantity"}],
"perks": [{"kind", "quantity", "ref"}]}], "gifts": [SKU pks of all tiers]}: what docs/pricing.md §5 says of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from shop.core.errors import ShopError
from shop.core.money import MOST_FEN
from shop.pricing.rules import FEN, UNITS, Scope, Tiered, apply_tiers
from shop.pricing.values import Draft, Finding, Item, Offer, Perk, Stage, Tier
from shop.promotions.contract import Context, Gift, Live
from shop.promotions.drafts import ItemDraft, Problems
from shop.promotions.models import Activity
from shop.promotions.wording import tiers_in_words

MOST_TIERS, MOST_UNITS, MOST_TIMES = 10, 999, 100
PERKS = ("free_freight", "points", "coupon")


def tiered_offers(context: Context) -> list[Offer]:
    """Return an offer for each activity with tiers that this member may still have; sold-out gifts are left out."""
    return [_offer(live, context) for live in context.live if live.left != 0]


def _offer(live: Live, context: Context) -> Offer:
    times = live.rule.get("times", 1)
    rule = Tiered(
        scope=live.scope,
        tiers=tuple(_tier(tier, times, context.gifts) for tier in live.rule["tiers"]),
        unit=live.rule.get("unit", FEN),
        times=times,
    )
    return Offer(
        live.tool, live.key, live.title, rule, group=live.group, priority=live.priority, excludes=live.excludes
    )


def tiered_findings(draft: Draft, stage: Stage, offers: Sequence[Offer]) -> list[Finding]:
    """Return what offers with tiers take off, each by itself, and what is missing to their next tier."""
    found: list[Finding] = []
    for offer in offers:
        assert isinstance(offer.rule, Tiered)
        found += apply_tiers(draft, stage, offer, offer.rule)
    return found


def tiered(rule: Mapping[str, Any], scope: Scope) -> Tiered:
    """Return a stored rule without gifts, as the engine takes it."""
    tiers = tuple(_tier(tier, 1, {}) for tier in rule["tiers"])
    return Tiered(scope=scope, tiers=tiers, unit=rule.get("unit", FEN), times=rule.get("times", 1))


def _tier(stored: Mapping[str, Any], times: int, gifts: Mapping[int, Gift]) -> Tier:
    return Tier(
        threshold=stored["threshold"],
        minus=stored.get("minus", 0),
        share=stored.get("share", 0),
        cap=stored.get("cap"),
        gifts=_gifts(stored.get("gifts", ()), times, gifts),
        perks=tuple(
            Perk(perk["kind"], perk.get("quantity", 1), perk.get("ref", "")) for perk in stored.get("perks", ())
        ),
    )


def _gifts(stored: Sequence[Mapping[str, Any]], times: int, gifts: Mapping[int, Gift]) -> tuple[Item, ...]:
    """Return the gifts of which enough are left, however often the tier holds."""
    found = []
    for row in stored:
        gift = gifts.get(row["sku"])
        if gift and gift.left >= row["quantity"] * times:
            found.append(replace(gift.item, quantity=row["quantity"], left=gift.left))
    return tuple(found)


def check_tiers(rule: Mapping[str, Any]) -> None:
    """Refuse a rule that no shopper would understand. ShopError 422 `rule_invalid` with what is wrong in `rule`."""
    tiers, unit, times = rule.get("tiers", []), rule.get("unit", FEN), rule.get("times", 1)
    if not 1 <= len(tiers) <= MOST_TIERS or unit not in (FEN, UNITS) or not 1 <= times <= MOST_TIMES:
        raise _invalid(_("请填写 1 到 10 档"))
    if times > 1 and len(tiers) > 1:
        raise _invalid(_("每满都减只能有一档"))
    thresholds = [tier["threshold"] for tier in tiers]
    if thresholds != sorted(set(thresholds)) or thresholds[0] < 1:
        raise _invalid(_("门槛要从小到大，不能重复"))
    if thresholds[-1] > (MOST_FEN if unit == FEN else MOST_UNITS):
        raise _invalid(_("门槛太大"))
    for tier in tiers:
        _check_tier(tier, unit)
    _check_growth(tiers)


def _check_tier(tier: Mapping[str, Any], unit: str) -> None:
    minus, share = tier.get("minus", 0), tier.get("share", 0)
    if not (minus or share or tier.get("gifts") or tier.get("perks")):
        raise _invalid(_("每一档都要有优惠"))
    if minus and share:
        raise _invalid(_("减的金额和打折只能填一个"))
    if tier.get("cap") is not None and not share:
        raise _invalid(_("“最多减”只和打折一起用"))
    if minus < 0 or not 0 <= share < 10_000 or (tier.get("cap") is not None and tier["cap"] < 1):
        raise _invalid(_("优惠填写不正确"))
    if unit == FEN and minus >= tier["threshold"]:
        raise _invalid(_("减的金额要小于门槛"))
    if any(gift["quantity"] < 1 for gift in tier.get("gifts", ())):
        raise _invalid(_("赠品至少 1 件"))
    if any(perk["kind"] not in PERKS or perk.get("quantity", 1) < 1 for perk in tier.get("perks", ())):
        raise _invalid(_("优惠填写不正确"))


def _check_growth(tiers: Sequence[Mapping[str, Any]]) -> None:
    """Refuse a higher tier that takes off less than a lower one."""
    for lower, higher in pairwise(tiers):
        if higher.get("minus", 0) < lower.get("minus", 0) or higher.get("share", 0) < lower.get("share", 0):
            raise _invalid(_("门槛更高的一档不能优惠更少"))


def _invalid(text: str) -> ShopError:
    return ShopError("rule_invalid", text, detail={"rule": text})


def gift_keys(rule: Mapping[str, Any]) -> list[int]:
    """Return the SKUs (pks) that the tiers of a rule give; they stand in the rule under `gifts`."""
    return sorted({gift["sku"] for tier in rule.get("tiers", ()) for gift in tier.get("gifts", ())})


def check(activity: Activity, items: Sequence[ItemDraft]) -> Problems:
    """Return what is wrong with the rule of an activity, for its form: at `tiers`."""
    try:
        check_tiers(activity.rule)
    except ShopError as error:
        return {"tiers": str(error.message)}
    return {}


def summary(activity: Activity, items: Sequence[ItemDraft]) -> str:
    """Return the tiers of an activity as shoppers read them."""
    return tiers_in_words(activity.rule) if activity.rule.get("tiers") else ""
