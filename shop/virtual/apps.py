"""Virtual goods."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants import subscriptions


class VirtualConfig(AppConfig):
    """Virtual goods."""

    name = "shop.virtual"
    verbose_name = _("虚拟商品")

    def ready(self) -> None:
        """Deliver what was paid, end what was not used in time."""
        subscriptions.subscribe("order.paid", "shop.virtual.receivers.on_order_paid")
        subscriptions.subscribe("order.released", "shop.virtual.receivers.on_order_paid")
        subscriptions.handle("virtual.deliver", "shop.virtual.services.deliver_again")
        subscriptions.handle("virtual.expire", "shop.virtual.services.expire")
