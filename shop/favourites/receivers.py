"""Events that favourites and footprints hear."""

from typing import Any

from django.db import transaction

from shop.favourites.services import forget_member


@transaction.atomic
def on_member_erased(event: Any) -> None:
    """Remove what an erased member kept and looked at."""
    forget_member(event.ids["member"])
