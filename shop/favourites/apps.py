"""What shoppers keep for later, and what they looked at."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants import subscriptions


class FavouritesConfig(AppConfig):
    """What shoppers keep for later, and what they looked at."""

    name = "shop.favourites"
    verbose_name = _("收藏与足迹")

    def ready(self) -> None:
        """Register the events and the due kind of this app."""
        subscriptions.handle("favourites.forget", "shop.favourites.services.footprints.forget_old")
        subscriptions.subscribe("member.erased", "shop.favourites.receivers.on_member_erased")
