"""What the merchant puts on the front page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants import subscriptions


class DecorationConfig(AppConfig):
    """What the merchant puts on the front page."""

    name = "shop.decoration"
    verbose_name = _("首页装修")

    def ready(self) -> None:
        """Let the poller show and hide items at their times; hear when a picture has its sizes."""
        subscriptions.handle("decoration.turn", "shop.decoration.services.turn")
        subscriptions.subscribe("picture.ready", "shop.decoration.receivers.on_picture_ready")
