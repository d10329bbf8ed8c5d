"""After-sales."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants import subscriptions


class AfterSaleConfig(AppConfig):
    """After-sales."""

    name = "shop.aftersale"
    verbose_name = _("售后")

    def ready(self) -> None:
        """Register the events that this app hears."""
        subscriptions.subscribe("refund.done", "shop.aftersale.receivers.on_refund_done")
        subscriptions.subscribe("member.erased", "shop.aftersale.receivers.on_member_erased")
