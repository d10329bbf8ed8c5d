"""Shoppers."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shop.core.shutting_out import on_shut_out
from shop.jobs.tables import Table, register_table
from shop.library import registry
from tenants import subscriptions


class MembersConfig(AppConfig):
    """Shoppers."""

    name = "shop.members"
    verbose_name = _("会员")

    def ready(self) -> None:
        """Register the due kinds and spreadsheet of this app, where members show pictures, and what staff open."""
        on_shut_out("shop.members.services.previewing.end_previews")
        registry.shown_in_column("members.Member", "avatar")
        register_table(Table("members.member", _("会员"), "shop.members.export"))
        subscriptions.handle("members.send_code", "shop.members.services.phone_logins.send_code")
        subscriptions.handle("members.purge_codes", "shop.members.services.phone_logins.purge_codes")
