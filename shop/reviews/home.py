"""What the home page says of reviews."""

from typing import Any

from django.db.models import Count, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shop.core.home import Task
from shop.reviews.models import Review, ReviewSettings


def tasks(user: Any) -> list[Task]:
    """Return how many reviews nobody has read, and how many wait for a decision."""
    if not user.has_perm("reviews.view_review"):
        return []
    page = reverse("admin:reviews_review_changelist")
    counts = ReviewSettings.objects.values(
        unread=_number(Review.objects.unread()), waiting=_number(Review.objects.waiting())
    ).get(pk=1)
    return [
        Task(_("未读评价"), counts["unread"], f"{page}?tab=unread", quiet=True),
        Task(_("待审核评价"), counts["waiting"], f"{page}?tab=waiting", quiet=True),
    ]


def _number(rows: QuerySet[Any]) -> Any:
    """Return the expression that counts rows, so that one statement can ask for several."""
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted), 0)
