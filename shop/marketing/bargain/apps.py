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
    summary = "shop.marketing.bargain.wording.summary"
    check = "shop.marketing.bargain.wording.check"
    pages = (
        ("bargainactivity", "shop.marketing.bargain.admin.BargainActivityAdmin", "content_cut"),
        ("bargain", "shop.marketing.bargain.admin.BargainAdmin", "local_activity"),
    )
    roles = {
        plugins.OPERATIONS: {"bargainactivity": plugins.ALL, "bargain": ("view",)},
        plugins.SERVICE: {"bargain": ("view",)},
    }
    words = {
        "bargainactivity": (
            _("还没有砍价活动"),
            _("选几件商品，填上最低价，定好几刀砍到、多久有效。顾客发起砍价，分享给好友帮忙砍。"),
            _("没有符合条件的砍价活动"),
            _("新增砍价"),
            "admin:bargain_bargainactivity_add",
            "bargain.add_bargainactivity",
        ),
        "bargain": (
            _("还没有人发起砍价"),
            _("砍价活动发布后，顾客在商品页发起砍价，这里能看到每一次砍到了多少、谁帮了忙。"),
            _("没有符合条件的砍价记录"),
            _("查看砍价活动"),
            "admin:bargain_bargainactivity_changelist",
            "bargain.view_bargainactivity",
        ),
    }
