"""Events that reviews hear."""

from typing import Any

from django.db import transaction

from shop.reviews.services.inviting import plan_after_receipt
from shop.reviews.services.writing import erase_author


@transaction.atomic
def on_order_completed(event: Any) -> None:
    """Plan the invitation and the note that nothing was written, as the shop's settings say."""
    plan_after_receipt(event.ref)


def on_member_erased(event: Any) -> None:
    """Take the name of an erased member from the reviews."""
    erase_author(event.ids["member"])
