"""Reductions from an amount or a number of units on."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins


class FullReductionConfig(plugins.ToolConfig):
    """满减送: reductions from an amount or a number of units on."""

    name = "shop.marketing.full_reduction"
    verbose_name = _("满减送")
    promotion = "shop.marketing.full_reduction.tool.FullReduction"
    roles = {plugins.OPERATIONS: {"fullreductionactivity": plugins.ALL}}
