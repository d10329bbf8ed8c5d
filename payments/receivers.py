"""Events that payments hear."""

from typing import Any

from django.conf import settings

from payments.services.accounts import connect_paysim


def on_shop_opened(event: Any) -> None:
    """Give a new shop an account at the payment simulator, where the platform runs one."""
    if settings.PAYSIM_URL:
        connect_paysim()
