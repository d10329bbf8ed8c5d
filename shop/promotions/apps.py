"""Promotions: what every marketing tool is made of, and the tools that this installation has."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants import subscriptions


class PromotionsConfig(AppConfig):
    """Activities of all marketing tools."""

    name = "shop.promotions"
    verbose_name = _("营销活动")

    def ready(self) -> None:
        """Register what happens when an activity begins and ends."""
        subscriptions.handle("promotions.start", "shop.promotions.services.activities.on_start")
        subscriptions.handle("promotions.end", "shop.promotions.services.activities.on_end")
        subscriptions.subscribe("order.completed", "shop.promotions.receivers.on_order_completed")
        subscriptions.subscribe("member.erased", "shop.promotions.receivers.on_member_erased")
