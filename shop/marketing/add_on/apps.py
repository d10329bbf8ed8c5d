"""SKUs at a low price beside others."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins


class AddOnConfig(plugins.ToolConfig):
    """加价购: SKUs at a low price beside others."""

    name = "shop.marketing.add_on"
    verbose_name = _("加价购")
    promotion = "shop.marketing.add_on.tool.AddOn"
    activity_details = "shop.marketing.add_on.presentation.of_activity"
    summary = "shop.marketing.add_on.wording.summary"
    check = "shop.marketing.add_on.wording.check"
    pages = (("addonactivity", "shop.marketing.add_on.admin.AddOnAdmin", "add_shopping_cart"),)
    roles = {plugins.OPERATIONS: {"addonactivity": plugins.ALL}}
    words = {
        "addonactivity": (
            _("还没有加价购"),
            _("写上买满多少元可以换购，选几件换购商品，填上换购价。顾客凑够门槛，加一点钱就能带走。"),
            _("没有符合条件的加价购"),
            _("新增加价购"),
            "admin:add_on_addonactivity_add",
            "add_on.add_addonactivity",
        )
    }
