"""Small tools of promotion for tests of the engine: tiers at any stage, unit prices, coupons for the freight."""

from collections.abc import Sequence
from dataclasses import dataclass

from shop.pricing.rules import Scope, Tiered, apply_tiers, unit_price
from shop.pricing.values import Discount, Draft, Finding, Freight, Item, Offer, Stage, Tier

FREE = Freight(by_weight=False, first=1, first_fee=0, extra=1, extra_fee=0, free_over=None)


@dataclass(frozen=True)
class TierTool:
    """Full reductions and coupons: `rule` is Tiered."""

    code: str
    stage: Stage

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what the tiers take off."""
        return [finding for offer in offers for finding in apply_tiers(draft, self.stage, offer, offer.rule)]


@dataclass(frozen=True)
class Price:
    """A unit price for one SKU, for at most `units` of it."""

    sku: int
    price: int
    units: int | None = None


@dataclass(frozen=True)
class PriceTool:
    """Limited-time prices and activities: `rule` is Price; an activity holds for the lines that name it."""

    code: str
    stage: Stage

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what the price takes off the SKU's line."""
        return [
            unit_price(draft, offer, line, offer.rule.price, units=offer.rule.units)
            for offer in offers
            for line, item in enumerate(draft.items)
            if item.sku == offer.rule.sku and line in draft.open(self.stage, offer) and self._means(item, offer)
        ]

    def _means(self, item: Item, offer: Offer) -> bool:
        return self.stage != Stage.ACTIVITY or item.activity == (self.code, offer.ref)


@dataclass(frozen=True)
class FreightTool:
    """Coupons that take up to `rule` fen off the freight."""

    code: str = "freight_coupons"
    stage: Stage = Stage.COUPON

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return the fen that each takes off the freight."""
        nothing = (0,) * len(draft.items)
        return [Discount(offer.tool, offer.ref, nothing, offer.title, freight=offer.rule) for offer in offers]


REDUCTION = TierTool("full_reduction", Stage.REDUCTION)
LADDER = TierTool("ladder", Stage.REDUCTION)
COUPONS = TierTool("coupons", Stage.COUPON)
LIMITED = PriceTool("limited_discount", Stage.PRICE)
MEMBER = PriceTool("member_price", Stage.PRICE)
FLASH = PriceTool("flash_sale", Stage.ACTIVITY)
FREIGHT = FreightTool()


def item(sku: int, price: int, quantity: int = 1, **more: object) -> Item:
    """Return an item whose product has the SKU's own number."""
    return Item(sku, quantity, price, product=sku, **more)


def minus(tool: TierTool, ref: str, threshold: int, off: int, *, scope: Scope | None = None, **more: object) -> Offer:
    """Return `off` fen from `threshold` fen on."""
    rule = Tiered(scope or Scope(), (Tier(threshold, minus=off),))
    return Offer(tool.code, ref, f"满 {threshold} 减 {off}", rule, **more)


def only(*products: int) -> Scope:
    """Return a scope of some products."""
    return Scope(is_all=False, products=frozenset(products))
