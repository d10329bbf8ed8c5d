"""Points in the back office: every change, and staff's own."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.core.admin_base import ReadOnlyAdmin
from shop.ledgers.models import LedgerEntry


class LedgerEntryAdmin(ReadOnlyAdmin):
    """Changes of members' points."""

    list_display = ("member", "change", "cause", "ref", "note", "actor", "at")
    list_filter = ("cause",)
    search_fields = ("account__member__key", "account__member__nickname", "ref")
    search_help_text = _("会员编号、昵称或订单号")
    ordering = ("-pk",)
    fields = ("member", "change", "cause", "ref", "note", "actor", "at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the entries with their members."""
        return super().get_queryset(request).select_related("account__member")

    @display(description=_("会员"))
    def member(self, entry: LedgerEntry) -> str:
        """Show whose points they are."""
        return str(entry.account.member)

    @display(description=_("变动"), ordering="amount")
    def change(self, entry: LedgerEntry) -> str:
        """Show the change with its sign."""
        return f"{entry.amount:+d}"
