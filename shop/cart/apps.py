"""Carts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants import subscriptions


class CartConfig(AppConfig):
    """Carts."""

    name = "shop.cart"
    verbose_name = _("购物车")

    def ready(self) -> None:
        """Register the events this app hears."""
        subscriptions.subscribe("member.erased", "shop.cart.receivers.on_member_erased")
