"""What is bought together."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants import subscriptions


class RecommendationsConfig(AppConfig):
    """What is bought together."""

    name = "shop.recommendations"
    verbose_name = _("推荐")

    def ready(self) -> None:
        """Register the event and the due kind of this app."""
        subscriptions.handle("recommendations.renew", "shop.recommendations.services.renew")
        subscriptions.handle("recommendations.forget", "shop.recommendations.services.forget_old")
        subscriptions.subscribe("order.paid", "shop.recommendations.receivers.on_order_paid")
