"""Writes on reviews."""

from shop.reviews.services.deciding import check_addition, check_review, hide, reply, show
from shop.reviews.services.inviting import accept_invitation
from shop.reviews.services.summary import refresh_summaries
from shop.reviews.services.writing import (
    Draft,
    Purchase,
    PurchasedLine,
    Words,
    add_to_review,
    auto_review,
    erase_author,
    mark_read,
    write_reviews,
)

__all__ = [
    "Draft",
    "Purchase",
    "PurchasedLine",
    "Words",
    "accept_invitation",
    "add_to_review",
    "auto_review",
    "check_addition",
    "check_review",
    "erase_author",
    "hide",
    "mark_read",
    "refresh_summaries",
    "reply",
    "show",
    "write_reviews",
]


def seed() -> None:
    """Make sure that the settings exist."""
    from shop.reviews.models import ReviewSettings

    ReviewSettings.objects.get_or_create(pk=1)
