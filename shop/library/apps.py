"""Pictures and videos of a shop."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shop.library import registry
from tenants import subscriptions


class LibraryConfig(AppConfig):
    """Pictures and videos of a shop."""

    name = "shop.library"
    verbose_name = _("图片库")

    def ready(self) -> None:
        """Register the due kinds of this app, and that the shop's logo is a picture of it."""
        registry.shown_in_column("core.ShopSettings", "logo")
        subscriptions.handle("library.derive", "shop.library.services.deriving.derive")
        subscriptions.handle("library.purge", "shop.library.services.keeping.purge")
        subscriptions.handle("library.unused", "shop.library.services.keeping.drop_unused")
