"""Bargains: friends cut the price."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins


class BargainConfig(plugins.ToolConfig):
    """砍价: a shopper launches a bargain, friends cut its price, the last of them takes the remainder."""

    name = "shop.marketing.bargain"
    verbose_name = _("砍价")
    promotion = "shop.marketing.bargain.tool.BargainTool"
    activity_details = "shop.marketing.bargain.presentation.of_activity"
    urls = "shop.marketing.bargain.urls"
    roles = {plugins.OPERATIONS: {"bargainactivity": plugins.ALL}}
