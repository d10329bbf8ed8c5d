"""SKUs at a low price beside others."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins


class AddOnConfig(plugins.ToolConfig):
    """加价购: SKUs at a low price beside others."""

    name = "shop.marketing.add_on"
    verbose_name = _("加价购")
    promotion = "shop.marketing.add_on.tool.AddOn"
    activity_details = "shop.marketing.add_on.presentation.of_activity"
    roles = {plugins.OPERATIONS: {"addonactivity": plugins.ALL}}
