"""What shoppers agree to."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shop.library import registry


class AgreementsConfig(AppConfig):
    """What shoppers agree to."""

    name = "shop.agreements"
    verbose_name = _("协议")

    def ready(self) -> None:
        """Tell the library where agreements show pictures."""
        registry.shown_in_column("agreements.Agreement", "text")
        registry.shown_in_column("agreements.Agreement", "text_en")
