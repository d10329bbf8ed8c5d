"""Flash sales."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins
from tenants import subscriptions


class FlashSaleConfig(plugins.ToolConfig):
    """秒杀: few units at a very low price, sold in sessions."""

    name = "shop.marketing.flash_sale"
    verbose_name = _("秒杀")
    promotion = "shop.marketing.flash_sale.tool.FlashSaleTool"
    gate = "shop.marketing.flash_sale.admission.admit"
    urls = "shop.marketing.flash_sale.urls"
    roles = {plugins.OPERATIONS: {"flashsale": plugins.ALL}}

    def ready(self) -> None:
        """Register the reminders' due work and the events of this app."""
        subscriptions.handle("flash_sale.remind", "shop.marketing.flash_sale.services.on_remind")
        subscriptions.subscribe("member.erased", "shop.marketing.flash_sale.receivers.on_member_erased")
