"""Stock."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants import subscriptions


class InventoryConfig(AppConfig):
    """Stock."""

    name = "shop.inventory"
    verbose_name = _("库存")

    def ready(self) -> None:
        """Hear of stock that came or went."""
        subscriptions.subscribe("stock.crossed_zero", "shop.inventory.receivers.on_crossed_zero")
