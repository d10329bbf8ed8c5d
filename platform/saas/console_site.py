"""The operators' console: an admin site of its own over the reserved schema."""

from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.dataclasses import Favicon
from unfold.sites import UnfoldAdminSite

from saas.console_admin import ConsoleAuditAdmin, DueAdmin, OutboxEventAdmin, SchemaAdmin, TenantAdmin
from shop.core import audit
from shop.core.models import AuditEntry
from tenants.models import Due, OutboxEvent, Schema, Tenant

TITLE = _("微铺控制台")
PAGES: dict[type[Model], tuple[type[ModelAdmin], Any, str]] = {
    Tenant: (TenantAdmin, _("店铺"), "storefront"),
    Schema: (SchemaAdmin, _("数据架构"), "database"),
    Due: (DueAdmin, _("定时任务"), "schedule"),
    OutboxEvent: (OutboxEventAdmin, _("事件"), "bolt"),
    AuditEntry: (ConsoleAuditAdmin, _("操作日志"), "history"),
}


def _favicon() -> Favicon:
    return Favicon(href=static("platform/mark.svg"), rel="icon", type="image/svg+xml")


class ConsoleSite(UnfoldAdminSite):
    """Shops, schemas, due work, events and the audit log, for operators."""

    enable_nav_sidebar = True

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what every page shows, under the console's own name."""
        own = {"site_title": TITLE, "site_header": TITLE, "site_symbol": "hub", "site_favicons": [_favicon()]}
        return {**super().each_context(request), "show_languages": True, **own}

    def get_sidebar_list(self, request: HttpRequest) -> list[dict[str, Any]]:
        """Return one group with all pages."""
        items = []
        for model, (_page, title, icon) in PAGES.items():
            link = reverse(f"admin:{model._meta.label_lower.replace('.', '_')}_changelist")
            here = request.path.startswith(link)
            items.append({"title": title, "icon": icon, "link": link, "active": here, "has_permission": True})
        return [{"title": "", "items": items}]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Go to the shops."""
        return redirect("admin:tenants_tenant_changelist")

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Return the log-in page, or log in."""
        response = super().login(request, extra_context)
        user: Any = request.user
        if request.method == "POST" and response.status_code == 302 and user.is_authenticated:
            audit.record(actor=user.get_username(), action="login", target=user, request=request)
        return response


console_site = ConsoleSite(name="admin")
for model, (page, _title, _icon) in PAGES.items():
    console_site.register(model, page)
