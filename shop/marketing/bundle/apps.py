"""Several SKUs together at one price."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins


class BundleConfig(plugins.ToolConfig):
    """优惠套餐: several SKUs together at one price."""

    name = "shop.marketing.bundle"
    verbose_name = _("优惠套餐")
    promotion = "shop.marketing.bundle.tool.Bundle"
    activity_details = "shop.marketing.bundle.presentation.of_activity"
    roles = {plugins.OPERATIONS: {"bundleactivity": plugins.ALL}}
