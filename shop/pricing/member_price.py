"""The member price: a share off every unit for members of a level (docs/pricing.md §2, step 2)."""

from collections.abc import Sequence

from shop.pricing.rules import price_now, share_off
from shop.pricing.values import Discount, Draft, Finding, Offer, Stage

TOOL = "member_price"


class MemberPrice:
    """The offer's `rule` is the share in basis points."""

    code = TOOL
    stage = Stage.PRICE

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what the share takes off each line that may have it, rounded down per unit (§3.1)."""
        return [self._discount(draft, offer) for offer in offers]

    def _discount(self, draft: Draft, offer: Offer) -> Discount:
        lines = draft.open(self.stage, offer)
        shares = tuple(self._off(draft, line, offer.rule) if line in lines else 0 for line in range(len(draft.items)))
        return Discount(offer.tool, offer.ref, shares, offer.title, lines=lines)

    def _off(self, draft: Draft, line: int, basis_points: object) -> int:
        assert isinstance(basis_points, int)
        price = price_now(draft, line)
        return (price - share_off(price, basis_points)) * draft.items[line].quantity


def offer_for(name: str, basis_points: int) -> Offer:
    """Return the offer of a level."""
    return Offer(TOOL, "", name, basis_points)
