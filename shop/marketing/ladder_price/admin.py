"""The pages of ladder prices."""

from shop.pricing.rules import UNITS
from shop.promotions.admin import ReductionAdmin, ReductionForm, TiersField


class LadderPriceForm(ReductionForm):
    """A share off that grows with the number of units."""

    tiers = TiersField(columns=("share",), units=(UNITS,), repeats=False)


class LadderPriceAdmin(ReductionAdmin):
    """Ladder prices."""

    tool = "ladder_price"
    form = LadderPriceForm
