"""Orders."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shop.jobs.tables import Table, register_table
from shop.library import registry
from tenants import subscriptions


class OrdersConfig(AppConfig):
    """Orders."""

    name = "shop.orders"
    verbose_name = _("订单")

    def ready(self) -> None:
        """Register the events and work this app hears; its expiry joins orders and money and is in `payments`."""
        subscriptions.subscribe("order.paid", "shop.orders.receivers.on_order_paid")
        subscriptions.subscribe("member.erased", "shop.orders.receivers.on_member_erased")
        subscriptions.handle("orders.purge_sandbox", "shop.orders.services.sandbox.purge_sandbox")
        registry.shown_by_history("shop.orders.pictures.shown")
        register_table(Table("orders.order", _("订单"), "shop.orders.admin.export"))
