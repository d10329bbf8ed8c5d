"""The rules of 优惠券: in step 4 money off the goods, or off the freight, for a coupon (docs/pricing.md §6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Any

from django.utils.translation import gettext_lazy as _

from shop.marketing.coupons.services import reading, using
from shop.marketing.coupons.wording import in_words
from shop.pricing.rules import Tiered, apply_tiers
from shop.pricing.values import Discount, Draft, Finding, Offer, Stage, Tier
from shop.promotions.contract import Applied, Context, Placed, Promotion
from shop.promotions.tree import Tree, scope_of

CODE = "coupon"
ALL_FREIGHT = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Rule:
    """What a coupon takes off the goods, and at most off the freight (fen), from a threshold on."""

    goods: Tiered
    freight: int = 0


class CouponTool(Promotion):
    """Coupons of a member. `ref` is the coupon's key."""

    code = CODE
    title = _("优惠券")
    stage = Stage.COUPON

    def offers(self, context: Context) -> Sequence[Offer]:
        """Return the member's coupons that may be used now or later. One query, one more for the category tree."""
        if context.member.is_sandbox:
            return []
        return [_offer(held, context.tree) for held in reading.held_by(context.member)]

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what each coupon by itself takes off, or why it takes nothing."""
        return [finding for offer in offers for finding in _findings(draft, offer)]

    def claim(self, order: Placed, applied: Sequence[Applied]) -> None:
        """Use the coupons. ShopError 409 `coupon_unusable` for one that is used, over or not the member's."""
        using.use(order.number, order.member, [found.ref for found in applied if found.saved])

    def release(self, order: Placed, units: Mapping[int, int] | None = None) -> None:
        """Give the order's coupons back when all of it ended; a part of it keeps them used."""
        if units is None:
            using.give_back(order.number)


def _offer(held: reading.Held, tree: Tree) -> Offer:
    rule = held.rule
    return Offer(
        CODE,
        held.key,
        in_words(rule),
        rule_of(rule, tree),
        excludes=frozenset(map(Stage, rule["excludes"])),
        stacks=rule["is_stackable"],
        ends=held.ends_at.astimezone(UTC).isoformat(timespec="microseconds"),
        refused="" if held.has_begun else "not_started",
    )


def rule_of(stored: Mapping[str, Any], tree: Tree) -> Rule:
    """Return a coupon's stored rule for the engine."""
    scope = scope_of(stored["scope"], tree)
    if stored["kind"] == "FREIGHT":
        return Rule(Tiered(scope, (Tier(stored["threshold"]),)), stored["value"] or ALL_FREIGHT)
    minus = stored["value"] if stored["kind"] == "FIXED" else 0
    return Rule(Tiered(scope, (Tier(stored["threshold"], minus, stored["share_bp"], stored["cap"]),)))


def _findings(draft: Draft, offer: Offer) -> list[Finding]:
    rule = offer.rule
    assert isinstance(rule, Rule)
    found = apply_tiers(draft, Stage.COUPON, offer, rule.goods)
    return [replace(each, freight=rule.freight) if isinstance(each, Discount) else each for each in found]
