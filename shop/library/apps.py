"""Pictures and videos of a shop."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants import subscriptions


class LibraryConfig(AppConfig):
    """Pictures and videos of a shop."""

    name = "shop.library"
    verbose_name = _("图片库")

    def ready(self) -> None:
        """Register the due kinds of this app."""
        subscriptions.handle("library.derive", "shop.library.services.deriving.derive")
        subscriptions.handle("library.purge", "shop.library.services.keeping.purge")
        subscriptions.handle("library.unused", "shop.library.services.keeping.drop_unused")
