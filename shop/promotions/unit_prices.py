"""Activities whose lines cost a price of their own per unit: what their tools share (docs/pricing.md §2, step 1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shop.pricing.rules import unit_price
from shop.pricing.values import Draft, Finding, Offer
from shop.promotions.contract import Live


@dataclass(frozen=True, slots=True)
class UnitPrices:
    """SKU pk → what a unit costs in the activity, in fen."""

    of: Mapping[int, int]


def price_offer(live: Live, prices: Mapping[int, int] | None = None) -> Offer:
    """Return the offer of an activity: at `prices` (SKU pk → fen), None for those of its items."""
    if prices is None:
        prices = {sku: item.price for sku, item in live.items.items() if item.price is not None}
    return Offer(live.tool, live.key, live.title, UnitPrices(prices), excludes=live.excludes)


def price_findings(draft: Draft, offers: Sequence[Offer]) -> list[Finding]:
    """Return what the prices take off the lines that name their activity."""
    return [
        unit_price(draft, offer, line, offer.rule.of[item.sku])
        for offer in offers
        for line, item in enumerate(draft.items)
        if item.activity == (offer.tool, offer.ref) and isinstance(offer.rule, UnitPrices)
    ]
