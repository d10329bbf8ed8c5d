"""Quotes and freight."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PricingConfig(AppConfig):
    """Quotes and freight."""

    name = "shop.pricing"
    verbose_name = _("价格")
