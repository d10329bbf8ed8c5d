"""Finding products."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Finding products."""

    name = "shop.search"
    verbose_name = _("搜索")
