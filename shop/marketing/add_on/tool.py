"""加价购: whoever buys for an amount may add a SKU at a low price (docs/pricing.md §2, step 1).

Rule: {"threshold": fen of normal prices that other lines of the scope must reach}.
"""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.core.money import yuan
from shop.pricing.values import Draft, Finding, Offer, Stage
from shop.promotions.contract import Context, Live, Promotion
from shop.promotions.unit_prices import price_findings, price_offer

CODE = "add_on"


class AddOn(Promotion):
    """A price for a SKU that is bought beside others."""

    code = CODE
    title = _("加价购")
    stage = Stage.ACTIVITY
    is_chosen = True

    def offers(self, context: Context) -> Sequence[Offer]:
        """Return the offers that lines name. ShopError 409 `threshold_not_reached` with what is missing in fen."""
        for live in context.live:
            _check(live, context)
        return [price_offer(live) for live in context.live]

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what the low price takes off the lines that name it."""
        return price_findings(draft, offers)


def _check(live: Live, context: Context) -> None:
    """Other lines must reach the threshold: at normal prices, so that no discount takes the right away again."""
    bought = sum(
        item.unit_price * item.quantity for item in context.items if item.activity is None and live.scope.holds(item)
    )
    missing = live.rule["threshold"] - bought
    if missing > 0:
        message = _("再买 ¥%(amount)s 才能换购“%(title)s”") % {"amount": yuan(missing), "title": live.title}
        raise ShopError("threshold_not_reached", message, status=409, detail={"activity": live.key, "missing": missing})
