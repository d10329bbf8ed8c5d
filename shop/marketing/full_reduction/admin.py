"""The pages of full reductions."""

from shop.promotions.admin import ReductionAdmin


class FullReductionAdmin(ReductionAdmin):
    """Full reductions: by amount or units, once or repeated, with everything that a tier may give."""

    tool = "full_reduction"
