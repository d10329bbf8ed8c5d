"""Money in and out."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PaymentsConfig(AppConfig):
    """Money in and out."""

    name = "payments"
    verbose_name = _("资金")
