"""Carts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CartConfig(AppConfig):
    """Carts."""

    name = "shop.cart"
    verbose_name = _("购物车")
