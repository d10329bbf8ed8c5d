"""Shares off that grow with the number of units."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins


class LadderPriceConfig(plugins.ToolConfig):
    """满件折: shares off that grow with the number of units."""

    name = "shop.marketing.ladder_price"
    verbose_name = _("满件折")
    promotion = "shop.marketing.ladder_price.tool.LadderPrice"
    summary = "shop.promotions.tiers.summary"
    check = "shop.promotions.tiers.check"
    pages = (("ladderpriceactivity", "shop.marketing.ladder_price.admin.LadderPriceAdmin", "stairs"),)
    roles = {plugins.OPERATIONS: {"ladderpriceactivity": plugins.ALL}}
    words = {
        "ladderpriceactivity": (
            _("还没有满件折活动"),
            _("写上“满几件打几折”，选好适用的商品，定好起止时间。件数越多，折扣越大。"),
            _("没有符合条件的满件折活动"),
            _("新增满件折"),
            "admin:ladder_price_ladderpriceactivity_add",
            "ladder_price.add_ladderpriceactivity",
        )
    }
