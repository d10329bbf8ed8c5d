"""满减送: from a threshold on money off, gifts, points, a coupon or free freight (docs/pricing.md §5)."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from shop.pricing.values import Draft, Finding, Offer, Stage
from shop.promotions.contract import Context, Promotion
from shop.promotions.tiers import tiered_findings, tiered_offers


class FullReduction(Promotion):
    """Money off several lines together; in each group the best of all that match."""

    code = "full_reduction"
    title = _("满减送")
    stage = Stage.REDUCTION

    def offers(self, context: Context) -> Sequence[Offer]:
        """Return every reduction that runs: what does not match yet is told as a miss."""
        return tiered_offers(context)

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what each takes off, and what is missing to its next tier."""
        return tiered_findings(draft, self.stage, offers)
