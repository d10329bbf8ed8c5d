"""Limited-time discounts."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins


class LimitedDiscountConfig(plugins.ToolConfig):
    """限时折扣: SKUs at a lower price for a time."""

    name = "shop.marketing.limited_discount"
    verbose_name = _("限时折扣")
    promotion = "shop.marketing.limited_discount.tool.LimitedDiscountTool"
    summary = "shop.marketing.limited_discount.wording.summary"
    check = "shop.marketing.limited_discount.wording.check"
    pages = (("limiteddiscount", "shop.marketing.limited_discount.admin.LimitedDiscountAdmin", "timer"),)
    roles = {plugins.OPERATIONS: {"limiteddiscount": plugins.ALL}}
    words = {
        "limiteddiscount": (
            _("还没有限时折扣"),
            _("选几件商品，填上活动价或折扣，定好起止时间。到点自动开始、自动恢复原价。"),
            _("没有符合条件的限时折扣"),
            _("新增限时折扣"),
            "admin:limited_discount_limiteddiscount_add",
            "limited_discount.add_limiteddiscount",
        )
    }
