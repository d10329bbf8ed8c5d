"""Stock."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shop.jobs.tables import Table, register_table
from tenants import subscriptions


class InventoryConfig(AppConfig):
    """Stock."""

    name = "shop.inventory"
    verbose_name = _("库存")

    def ready(self) -> None:
        """Register the due work of this app, and let its rows be exported."""
        subscriptions.handle("inventory.low", "shop.inventory.counting.tell_after_count")
        register_table(Table("inventory.stockitem", _("库存"), "shop.inventory.export"))
