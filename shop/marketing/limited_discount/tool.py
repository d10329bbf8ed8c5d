"""The rules of 限时折扣: in step 2 a unit costs less, as many units as limits leave (docs/pricing.md §2, G8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from shop.pricing.rules import price_now, share_off, unit_price
from shop.pricing.values import Discount, Draft, Finding, Miss, Offer, Stage
from shop.promotions.contract import Context, Live, Priced, Promotion

CODE = "limited_discount"


@dataclass(frozen=True, slots=True)
class Rule:
    """SKU pk → its price (fen) or its share off (basis points, in `details`); how many units may still have it."""

    items: Mapping[int, Priced]
    units: int | None


class LimitedDiscountTool(Promotion):
    """A price per SKU, or a share off it."""

    code = CODE
    title = _("限时折扣")
    stage = Stage.PRICE

    def offers(self, context: Context) -> Sequence[Offer]:
        """Return one offer for each activity that names a SKU of the basket."""
        return [_offer(live) for live in context.live if live.items]

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what each activity takes off each line that it names."""
        return [finding for offer in offers for finding in _findings(draft, offer)]


def _offer(live: Live) -> Offer:
    bounds = [bound for bound in (live.most_per_order or None, live.left) if bound is not None]
    rule = Rule(live.items, min(bounds) if bounds else None)
    return Offer(CODE, live.key, live.title, rule, priority=live.priority, excludes=live.excludes)


def _findings(draft: Draft, offer: Offer) -> list[Finding]:
    """Return a discount for each line in turn: the first lines take the units that the limits leave."""
    rule = offer.rule
    assert isinstance(rule, Rule)
    found: list[Finding] = []
    left = rule.units
    for line in sorted(draft.open(Stage.PRICE, offer)):
        item = rule.items.get(draft.items[line].sku)
        if item is None:
            continue
        if left == 0:
            found.append(Miss(offer.tool, offer.ref, offer.title, "limit_reached"))
            break
        discount = unit_price(draft, offer, line, _price(draft, line, item), units=left)
        left = None if left is None else left - discount.uses
        found.append(discount)
    return [each for each in found if isinstance(each, Miss) or _saves(each)]


def _saves(finding: Finding) -> bool:
    return isinstance(finding, Discount) and finding.saved > 0


def _price(draft: Draft, line: int, item: Priced) -> int:
    """Return the price of a unit: the one that is set, or what it costs now less a share."""
    if item.price is not None:
        return item.price
    return share_off(price_now(draft, line), int(item.details["discount_bp"]))
