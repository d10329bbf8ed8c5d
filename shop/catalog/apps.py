"""What a shop sells."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    """What a shop sells."""

    name = "shop.catalog"
    verbose_name = _("商品")
