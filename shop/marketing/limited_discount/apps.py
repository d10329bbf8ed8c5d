"""Limited-time discounts."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins


class LimitedDiscountConfig(plugins.ToolConfig):
    """限时折扣: SKUs at a lower price for a time."""

    name = "shop.marketing.limited_discount"
    verbose_name = _("限时折扣")
    promotion = "shop.marketing.limited_discount.tool.LimitedDiscountTool"
    pages = ()
    roles = {plugins.OPERATIONS: {"limiteddiscount": plugins.ALL}}
