"""Flash sales."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins
from tenants import subscriptions


class FlashSaleConfig(plugins.ToolConfig):
    """秒杀: few units at a very low price, sold in sessions."""

    name = "shop.marketing.flash_sale"
    verbose_name = _("秒杀")
    promotion = "shop.marketing.flash_sale.tool.FlashSaleTool"
    entrance = _("秒杀")
    gate = "shop.marketing.flash_sale.admission.admit"
    urls = "shop.marketing.flash_sale.urls"
    summary = "shop.marketing.flash_sale.wording.summary"
    check = "shop.marketing.flash_sale.wording.check"
    pages = (
        ("flashsale", "shop.marketing.flash_sale.admin.FlashSaleAdmin", "bolt"),
        ("remindersettings", "shop.marketing.flash_sale.admin.ReminderSettingsAdmin", "notifications"),
    )
    words = {
        "flashsale": (
            _("还没有秒杀"),
            _("选几件商品，填上秒杀价和活动库存，定好场次时间。库存从店铺里划出，结束后自动还回。"),
            _("没有符合条件的秒杀"),
            _("新增秒杀"),
            "admin:flash_sale_flashsale_add",
            "flash_sale.add_flashsale",
        )
    }
    roles = {plugins.OPERATIONS: {"flashsale": plugins.ALL, "remindersettings": ("view", "change")}}

    def ready(self) -> None:
        """Register the reminders' due work and the events of this app."""
        subscriptions.handle("flash_sale.remind", "shop.marketing.flash_sale.reminders.on_remind")
        subscriptions.subscribe("activity.reminder", "shop.marketing.flash_sale.receivers.on_reminder")
        subscriptions.subscribe("member.erased", "shop.marketing.flash_sale.receivers.on_member_erased")
