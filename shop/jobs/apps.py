"""Long work that a person starts and comes back for."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants import subscriptions


class JobsConfig(AppConfig):
    """Long work that a person starts and comes back for."""

    name = "shop.jobs"
    verbose_name = _("任务")

    def ready(self) -> None:
        """Register the due work."""
        subscriptions.handle("jobs.run", "shop.jobs.services.resume")
        subscriptions.handle("jobs.expire", "shop.jobs.services.expire")
