"""Reductions from an amount or a number of units on."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins


class FullReductionConfig(plugins.ToolConfig):
    """满减送: reductions from an amount or a number of units on."""

    name = "shop.marketing.full_reduction"
    verbose_name = _("满减送")
    promotion = "shop.marketing.full_reduction.tool.FullReduction"
    summary = "shop.promotions.tiers.summary"
    check = "shop.promotions.tiers.check"
    pages = (("fullreductionactivity", "shop.marketing.full_reduction.admin.FullReductionAdmin", "redeem"),)
    roles = {plugins.OPERATIONS: {"fullreductionactivity": plugins.ALL}}
    words = {
        "fullreductionactivity": (
            _("还没有满减送活动"),
            _("写上“满多少减多少”，选好适用的商品，定好起止时间。也可以送赠品、送积分或包邮。"),
            _("没有符合条件的满减送活动"),
            _("新增满减送"),
            "admin:full_reduction_fullreductionactivity_add",
            "full_reduction.add_fullreductionactivity",
        )
    }
