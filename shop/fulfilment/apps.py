"""Packages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FulfilmentConfig(AppConfig):
    """Packages."""

    name = "shop.fulfilment"
    verbose_name = _("发货")
