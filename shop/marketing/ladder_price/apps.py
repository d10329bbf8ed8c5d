"""Shares off that grow with the number of units."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins


class LadderPriceConfig(plugins.ToolConfig):
    """满件折: shares off that grow with the number of units."""

    name = "shop.marketing.ladder_price"
    verbose_name = _("满件折")
    promotion = "shop.marketing.ladder_price.tool.LadderPrice"
    roles = {plugins.OPERATIONS: {"ladderpriceactivity": plugins.ALL}}
