"""Money in and out."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants import subscriptions


class PaymentsConfig(AppConfig):
    """Money in and out."""

    name = "payments"
    verbose_name = _("资金")

    def ready(self) -> None:
        """Register the due kinds and events of this app."""
        subscriptions.handle("orders.expire", "payments.services.closing.expire_order", forever=True)
        subscriptions.handle("payments.query", "payments.services.reconciling.query_attempt", forever=True)
        subscriptions.handle("payments.refund", "payments.services.reconciling.send_refund", forever=True)
        subscriptions.handle("payments.settle", "payments.services.notices.settle_notice", forever=True)
        subscriptions.subscribe("shop.opened", "payments.receivers.on_shop_opened")
