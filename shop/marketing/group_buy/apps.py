"""Group buys."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins
from tenants import subscriptions


class GroupBuyConfig(plugins.ToolConfig):
    """拼团: it is cheaper for as many as buy together."""

    name = "shop.marketing.group_buy"
    verbose_name = _("拼团")
    promotion = "shop.marketing.group_buy.tool.GroupBuy"
    urls = "shop.marketing.group_buy.urls"
    roles = {plugins.OPERATIONS: {"groupbuyactivity": plugins.ALL}}
    activity_details = "shop.marketing.group_buy.presentation.of_activity"
    order_details = "shop.marketing.group_buy.presentation.of_order"

    def ready(self) -> None:
        """Register what happens to a group in time, and to the orders of one that is complete or failed."""
        subscriptions.handle("group_buy.expire", "shop.marketing.group_buy.services.expire")
        subscriptions.handle("group_buy.release", "shop.marketing.group_buy.services.release_order")
        subscriptions.handle("group_buy.refund", "shop.marketing.group_buy.services.refund_failed")
        subscriptions.subscribe("group.completed", "shop.marketing.group_buy.receivers.on_group_completed")
