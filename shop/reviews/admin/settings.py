"""How a shop lets its shoppers review."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from shop.core.admin_base import SingleObjectAdmin
from shop.members.messages import sent_words
from shop.reviews.models import Invitation, ReviewSettings

LONGEST_TAG = 12
MOST_TAGS = 12
LIMITS = {"review_days": (1, 365), "auto_review_days": (0, 365), "invite_hours": (0, 24 * 30)}


class LinesField(forms.CharField):
    """Several words, one a line; its value is a list."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Return the lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the words differ."""
        return (initial or []) != [line.strip() for line in (data or "").splitlines() if line.strip()]

    def clean(self, value: Any) -> Any:
        """Return the words, each once; ValidationError when one is long or there are many."""
        words = list(dict.fromkeys(line.strip() for line in super().clean(value).splitlines() if line.strip()))
        if len(words) > MOST_TAGS or any(len(word) > LONGEST_TAG for word in words):
            raise ValidationError(_("最多 12 个标签，每个最多 12 个字"))
        return words


class ReviewSettingsAdmin(SingleObjectAdmin):
    """The one row of settings."""

    fieldsets = (
        (_("谁可以评价"), {"fields": ("review_days", "tags", "auto_review_days")}),
        (_("审核"), {"fields": ("pictures_wait", "blocked_words")}),
        (
            _("邀请评价"),
            {"fields": ("invite_template", "invite_product_field", "invite_note_field", "invite_hours", "sent")},
        ),
    )
    readonly_fields = ("sent",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: every shop has its row."""
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Go to the one row."""
        ReviewSettings.objects.get_or_create(pk=1)
        return super().changelist_view(request, extra_context)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field, with its limits; tags one a line."""
        if db_field.name == "tags":
            return LinesField(label=db_field.verbose_name, required=False, help_text=_("每行一个，买家评价时可以选"))
        if db_field.name in LIMITS:
            kwargs["min_value"], kwargs["max_value"] = LIMITS[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def sent(self, settings: ReviewSettings) -> Any:
        """Say whether anything is sent, and what became of it."""
        if not settings.invite_template:
            return _("没有填模板编号，现在不会发送邀请")
        return sent_words(Invitation.objects.all())

    sent.short_description = _("发送情况")  # type: ignore[attr-defined]
