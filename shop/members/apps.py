"""Shoppers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    """Shoppers."""

    name = "shop.members"
    verbose_name = _("会员")
