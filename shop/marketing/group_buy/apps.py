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
    activity_details = "shop.marketing.group_buy.presentation.of_activity"
    summary = "shop.marketing.group_buy.wording.summary"
    check = "shop.marketing.group_buy.wording.check"
    pages = (
        ("groupbuyactivity", "shop.marketing.group_buy.admin.GroupBuyAdmin", "groups"),
        ("group", "shop.marketing.group_buy.admin.GroupAdmin", "diversity_3"),
    )
    roles = {
        plugins.OPERATIONS: {"groupbuyactivity": plugins.ALL, "group": ("view",)},
        plugins.SERVICE: {"group": ("view",)},
    }
    words = {
        "groupbuyactivity": (
            _("还没有拼团活动"),
            _("选几件商品，填上几人成团和拼团价，定好多久要成团。顾客开团后分享给好友，人齐了才发货。"),
            _("没有符合条件的拼团活动"),
            _("新增拼团"),
            "admin:group_buy_groupbuyactivity_add",
            "group_buy.add_groupbuyactivity",
        ),
        "group": (
            _("还没有人开团"),
            _("拼团活动发布后，顾客付款就开了一个团，这里能看到每个团差几个人、还剩多少时间。"),
            _("没有符合条件的拼团记录"),
            _("查看拼团活动"),
            "admin:group_buy_groupbuyactivity_changelist",
            "group_buy.view_groupbuyactivity",
        ),
    }
    order_details = "shop.marketing.group_buy.presentation.of_order"

    def ready(self) -> None:
        """Register what happens to a group in time, and to the orders of one that is complete or failed."""
        subscriptions.handle("group_buy.expire", "shop.marketing.group_buy.services.expire")
        subscriptions.handle("group_buy.release", "shop.marketing.group_buy.services.release_order")
        subscriptions.handle("group_buy.refund", "shop.marketing.group_buy.services.refund_failed")
        subscriptions.subscribe("group.completed", "shop.marketing.group_buy.receivers.on_group_completed")
