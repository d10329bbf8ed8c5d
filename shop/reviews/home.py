"""What the home page says of reviews."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shop.core.home import Task, number_of
from shop.reviews.models import Review, ReviewSettings


def tasks(user: Any) -> list[Task]:
    """Return how many reviews nobody has read, and how many wait for a decision."""
    if not user.has_perm("reviews.view_review"):
        return []
    page = reverse("admin:reviews_review_changelist")
    counts = ReviewSettings.objects.values(
        unread=number_of(Review.objects.unread()), waiting=number_of(Review.objects.waiting())
    ).get(pk=1)
    return [
        Task(_("未读评价"), counts["unread"], f"{page}?tab=unread", quiet=True),
        Task(_("待审核评价"), counts["waiting"], f"{page}?tab=waiting", quiet=True),
    ]
