"""Events that flash sales hear."""

from typing import Any

from django.db import transaction

from shop.marketing.flash_sale import reminders


@transaction.atomic
def on_member_erased(event: Any) -> None:
    """Remove what an erased member wanted to be told."""
    reminders.forget_member(event.ids["member"])


def on_reminder(event: Any) -> None:
    """Hear `activity.reminder`: send the member the message."""
    reminders.send(int(event.ref), event.ids["activity"])
