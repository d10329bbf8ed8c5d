"""秒杀: few units at a very low price, for a short time (docs/pricing.md §2, step 1).

Each item of an activity has a price and units of its own. There is no rule beside them.
"""

from collections.abc import Mapping, Sequence
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.marketing.flash_sale.admission import units_came_back
from shop.marketing.flash_sale.models import CODE
from shop.orders.models import OrderLine
from shop.pricing.values import Draft, Finding, Offer, Stage
from shop.promotions.contract import Context, Placed, Promotion
from shop.promotions.unit_prices import price_findings, price_offer

PAY_MINUTES = 5  # units are few: who does not pay soon gives others their chance


class FlashSaleTool(Promotion):
    """A price for units that a session has for itself."""

    code = CODE
    title = _("秒杀")
    stage = Stage.ACTIVITY
    is_chosen = True
    pay_minutes = PAY_MINUTES

    def offers(self, context: Context) -> Sequence[Offer]:
        """Return the offers of the sessions that lines name."""
        return [price_offer(live) for live in context.live]

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what the low price takes off the lines that name it."""
        return price_findings(draft, offers)

    def release(self, order: Placed, units: Mapping[int, int] | None = None) -> None:
        """Once the units can be bought again, let the admission know."""
        lines = OrderLine.objects.filter(order=order.pk, tool=CODE)
        if units is not None:
            lines = lines.filter(pk__in=units)
        skus: dict[str, set[str]] = {}
        for key, sku in lines.values_list("ref", "sku__key"):
            skus.setdefault(key, set()).add(sku)
        for key, found in skus.items():
            transaction.on_commit(partial(units_came_back, key, sorted(found)), robust=True)
