"""满件折: the more units of the chosen products, the higher the share off all of them (docs/pricing.md §5)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from shop.pricing.values import Draft, Finding, Offer, Stage
from shop.promotions.contract import Context, Promotion
from shop.promotions.tiers import tiered_findings, tiered_offers


class LadderPrice(Promotion):
    """A share off that grows with the number of units; a group of its own beside full reductions."""

    code = "ladder_price"
    title = _("满件折")
    stage = Stage.REDUCTION

    def offers(self, context: Context) -> Sequence[Offer]:
        """Return every ladder that runs."""
        return tiered_offers(context)

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what each takes off, and how many units are missing to its next step."""
        return tiered_findings(draft, self.stage, offers)
