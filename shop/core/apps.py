"""What every shop has."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants import subscriptions


class CoreConfig(AppConfig):
    """Staff, settings, money, events, encryption, the auditor."""

    name = "shop.core"
    verbose_name = _("店铺")

    def ready(self) -> None:
        """Register the due kinds of this app."""
        subscriptions.handle("core.purge_idempotency", "shop.core.idempotency.purge")
