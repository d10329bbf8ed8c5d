"""Events that flash sales hear."""

from typing import Any

from django.db import transaction

from shop.marketing.flash_sale.services import forget_member


@transaction.atomic
def on_member_erased(event: Any) -> None:
    """Remove what an erased member wanted to be told."""
    forget_member(event.ids["member"])
