"""Reviews to look at."""

from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.core.admin_base import ReadOnlyAdmin
from shop.reviews.models import Review


class ReviewAdmin(ReadOnlyAdmin):
    """What shoppers say of products."""

    list_display = ("excerpt", "product", "score", "author", "source", "is_shown", "created_at")
    list_filter = ("score", "source", "is_shown")
    list_select_related = ("product",)
    search_fields = ("content", "product__title", "author")
    search_help_text = _("内容、商品标题或昵称")
    ordering = ("-created_at", "-pk")
    fields = ("product", "author", "score", "content", "source", "is_shown", "created_at")
    readonly_fields = fields

    @display(description=_("内容"))
    def excerpt(self, review: Review) -> str:
        """Show the beginning of what was written."""
        return review.content if len(review.content) <= 40 else f"{review.content[:40]}…"
