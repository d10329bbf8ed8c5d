"""秒杀: few units at a very low price, for a short time (docs/pricing.md §2, step 1).

Each item of an activity has a price and units of its own. There is no rule beside them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.marketing.flash_sale.admission import units_came_back
from shop.marketing.flash_sale.models import CODE
from shop.orders.models import OrderLine
from shop.pricing.rules import unit_price
from shop.pricing.values import Draft, Finding, Offer, Stage
from shop.promotions.contract import Context, Placed, Priced, Promotion

PAY_MINUTES = 5  # units are few: who does not pay soon gives others their chance


@dataclass(frozen=True, slots=True)
class Prices:
    """SKU pk → what a session says of it."""

    items: Mapping[int, Priced]

    def of(self, sku: int) -> int:
        """Return the price of a unit in fen."""
        price = self.items[sku].price
        assert price is not None
        return price


class FlashSaleTool(Promotion):
    """A price for units that a session has for itself."""

    code = CODE
    title = _("秒杀")
    stage = Stage.ACTIVITY
    is_chosen = True
    pay_minutes = PAY_MINUTES

    def offers(self, context: Context) -> Sequence[Offer]:
        """Return the offers of the sessions that lines name."""
        return [Offer(CODE, live.key, live.title, Prices(live.items), excludes=live.excludes) for live in context.live]

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what the low price takes off the lines that name it."""
        return [
            unit_price(draft, offer, line, offer.rule.of(item.sku))
            for offer in offers
            for line, item in enumerate(draft.items)
            if item.activity == (CODE, offer.ref) and isinstance(offer.rule, Prices)
        ]

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
