"""The rule: of the chosen products every second unit of a line costs half."""

from collections.abc import Sequence

from shop.pricing.rules import Scope
from shop.pricing.values import Discount, Draft, Finding, Offer, Stage
from shop.promotions.contract import Context, Promotion

CODE = "second_half"


class SecondHalf(Promotion):
    """Activities need no rule of their own: a scope is enough."""

    code = CODE
    title = "第二件半价"
    stage = Stage.PRICE

    def offers(self, context: Context) -> Sequence[Offer]:
        """Return an offer for each activity that runs."""
        return [Offer(CODE, live.key, live.title, live.scope, excludes=live.excludes) for live in context.live]

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return half a unit's price, rounded down, for every second unit."""
        return [_discount(draft, offer) for offer in offers]


def _discount(draft: Draft, offer: Offer) -> Discount:
    scope = offer.rule
    assert isinstance(scope, Scope)
    lines = frozenset(
        line
        for line in draft.open(Stage.PRICE, offer)
        if scope.holds(draft.items[line]) and draft.items[line].quantity > 1
    )
    shares = tuple(_off(draft, line) if line in lines else 0 for line in range(len(draft.items)))
    return Discount(CODE, offer.ref, shares, offer.title, lines=lines)


def _off(draft: Draft, line: int) -> int:
    quantity = draft.items[line].quantity
    return draft.entries[line] // quantity // 2 * (quantity // 2)
