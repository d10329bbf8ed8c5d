"""The preview: the shop's mini-program in a telephone on a page of the back office."""

from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from saas.h5 import page
from shop.members.services import preview_ticket
from tenants.context import require_shop


def _storage_prefix(user: Any) -> str:
    """Return what begins all that the preview of this user keeps in the browser."""
    return f"preview:{require_shop().key}:{user.pk}:"


def preview_view(site: Any, request: HttpRequest) -> HttpResponse:
    """Return the page of the back office with the telephone."""
    shown = {"title": _("预览"), "storage_prefix": _storage_prefix(request.user)}
    return TemplateResponse(request, "admin/shop/preview.html", {**site.each_context(request), **shown})


@never_cache
@require_safe
def telephone(request: HttpRequest) -> HttpResponse:
    """Return what the telephone shows: the mini-program with a ticket of the staff member's session."""
    user: Any = request.user
    if not (user.is_authenticated and user.is_staff):
        return redirect_to_login(reverse("admin:preview"), reverse("admin:login"))
    return page(
        request,
        mode="preview",
        ribbon=str(_("预览")),
        storagePrefix=_storage_prefix(user),
        ext={"login": "/auth/preview-login", "preview": True},
        preview={"ticket": preview_ticket(user, request.session.session_key or "")},
    )
