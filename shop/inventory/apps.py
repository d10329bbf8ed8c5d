"""Stock."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shop.jobs.tables import Table, register_table


class InventoryConfig(AppConfig):
    """Stock."""

    name = "shop.inventory"
    verbose_name = _("库存")

    def ready(self) -> None:
        """Let its rows be exported."""
        register_table(Table("inventory.stockitem", _("库存"), "shop.inventory.export"))
