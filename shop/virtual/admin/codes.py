"""Service codes: a list, the page of one with its refund, and the page where staff redeem."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.core import crypto
from shop.core.admin_base import Change, ReadOnlyAdmin, actor_of, may_write
from shop.core.admin_fields import actor_name
from shop.core.base import key_of
from shop.core.errors import ShopError
from shop.virtual import services
from shop.virtual.admin.forms import CodeRefundForm, FindForm, RedeemForm
from shop.virtual.models import ServiceCode

_DONE = F("used") + F("refunded") + F("expired")


class OpenFilter(SimpleListFilter):
    """Codes that may still be used, and those that may not."""

    title = _("使用情况")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two choices."""
        return [("1", _("可核销")), ("0", _("已用完或失效"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return codes with, or without, units that may be used now."""
        usable = Q(units__gt=_DONE) & (Q(expires_at=None) | Q(expires_at__gt=timezone.now()))
        choice = self.value()
        return queryset.filter(usable) if choice == "1" else queryset.exclude(usable) if choice == "0" else queryset


class ServiceCodeAdmin(ReadOnlyAdmin):
    """Codes of services, by their last four digits; nobody reads a whole one here."""

    list_display = ("service", "tail", "progress", "expires_at", "order_number", "created_at")
    list_filter = (OpenFilter, "created_at")
    list_select_related = ("order_line__order",)
    list_before_template = "admin/virtual/servicecode/list_before.html"
    search_fields = ("order_line__order__number", "order_line__title")
    search_help_text = _("完整核销码、订单号或服务名称")
    ordering = ("-pk",)

    @display(description=_("服务"), header=True)
    def service(self, code: ServiceCode) -> list[Any]:
        """Show the product and the options."""
        return [code.order_line.title, code.order_line.options]

    @display(description=_("核销码"))
    def tail(self, code: ServiceCode) -> str:
        """Show the last four digits."""
        return str(code)

    @display(description=_("已核销 / 购买"))
    def progress(self, code: ServiceCode) -> str:
        """Show how many units were used of how many."""
        return f"{code.used} / {code.units}"

    @display(description=_("订单"))
    def order_number(self, code: ServiceCode) -> str:
        """Show the order's number."""
        return code.order_line.order.number

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Find as usual, or by the whole code."""
        found, doubles = super().get_search_results(request, queryset, search_term)
        digits = "".join(letter for letter in search_term if letter.isdigit())
        if not digits:
            return found, doubles
        digest = crypto.digest(digits, "code")
        return queryset.filter(Q(pk__in=found.values("pk")) | Q(code_digest=digest)), False

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with the one to redeem before them."""
        view = self.admin_site.admin_view(self.redeem_view)
        return [path("redeem/", view, name="virtual_servicecode_redeem"), *super().get_urls()]

    def redeem_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a code, show what it is good for, and use units of it."""
        if not request.user.has_perm("virtual.redeem_servicecode"):
            raise PermissionDenied
        typed = request.POST.get("code")  # never in an address, which ends in logs
        find = FindForm({"code": typed} if typed else None)
        code = self._found(find) if typed and find.is_valid() else None
        form = RedeemForm(code, request.POST if "units" in request.POST else None) if code else None
        if code and form and form.is_bound and form.is_valid() and self._redeemed(request, code, form):
            return HttpResponseRedirect(self.page("redeem"))
        usable = bool(code and code.left and not code.expired and may_write(request.path))
        context = {"title": _("核销"), "find": find, "code": code, "form": form if usable else None}
        return self._answer(request, "redeem", context)

    def _found(self, find: FindForm) -> ServiceCode | None:
        try:
            return services.find_code(find.cleaned_data["code"])
        except ShopError as error:
            find.add_error("code", str(error.message))
            return None

    def _redeemed(self, request: HttpRequest, code: ServiceCode, form: RedeemForm) -> bool:
        values = form.cleaned_data
        try:
            with transaction.atomic():
                done = services.redeem(code, values["units"], ref=values["ref"], actor=actor_of(request))
                if done:
                    self.record(request, code, "code.redeem", Change({}, {"units": values["units"]}))
        except ShopError as error:
            form.add_error("units", str(error.message))
            return False
        code.refresh_from_db()
        text = _("核销成功：%(title)s × %(units)d，还剩 %(left)d 份") if done else _("这次核销已经记过了")
        names = {"title": code.order_line.title, "units": values["units"], "left": code.left}
        messages.success(request, text % names if done else text)
        return True

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the page of one code, or refund units of it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        code = ServiceCode.objects.shown().filter(pk=key_of(object_id)).first()
        if code is None:
            raise Http404
        may_refund = bool(
            request.user.has_perm("payments.add_refund") and may_write(request.path) and code.left + code.expired
        )
        form = CodeRefundForm(code, request.POST if request.method == "POST" else None) if may_refund else None
        if request.method == "POST":
            if form is None:
                raise PermissionDenied
            if form.is_valid() and self._refunded(request, code, form):
                return HttpResponseRedirect(self.page("change", code.pk))
        uses = [{"use": use, "who": actor_name(use.actor)} for use in code.redemptions.order_by("pk")]
        context = {"title": str(code), "code": code, "form": form, "uses": uses}
        return self._answer(request, "service_code", context)

    def _refunded(self, request: HttpRequest, code: ServiceCode, form: CodeRefundForm) -> bool:
        values = form.cleaned_data
        words = {"reason": values["reason"], "actor": actor_of(request), "force": values["force"]}
        try:
            with transaction.atomic():
                services.refund_service(code, values["units"], **words)
                change = Change({}, {"units": values["units"], "reason": values["reason"], "force": values["force"]})
                self.record(request, code, "code.refund", change)
        except ShopError as error:
            form.add_error("units" if error.code == "code_used_up" else None, str(error.message))
            return False
        messages.success(request, _("已退款 %(units)d 份") % {"units": values["units"]})
        return True

    def _answer(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "list_address": self.page("changelist")}
        return TemplateResponse(request, f"admin/virtual/{template}.html", {**frame, **context})
