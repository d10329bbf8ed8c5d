"""The list of coupon templates and the page of one: a draft is edited, what is published is given."""

import csv
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from shop.catalog.admin_widgets import MomentField
from shop.core.admin_base import Change, may_write
from shop.core.base import key_of
from shop.core.errors import ShopError
from shop.marketing.coupons import services
from shop.marketing.coupons.admin.forms import COLUMNS, MOMENTS, STACKS, CodesForm, CouponForm, IssueForm
from shop.marketing.coupons.admin.listing import CouponTemplateList, paid_of
from shop.marketing.coupons.admin.showing import ticket
from shop.marketing.coupons.models import CouponCode, CouponTemplate
from shop.marketing.coupons.wording import in_words
from shop.promotions.admin.scope import scope_in_words

State = CouponTemplate.State
ASKED = {
    "publish": (_("发布"), _("发布后按发放方式开始发放；规则不能再修改，只能停止发放。"), State.DRAFT),
    "end": (_("停止发放"), _("不再发放，不能恢复；会员手里的优惠券仍然可以用。"), State.ON),
}


class CouponTemplateAdmin(CouponTemplateList):
    """Coupons: what they give, who gets them, what came of them."""

    form = CouponForm
    change_form_template = "admin/coupons/template_form.html"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; what is no column, the form knows itself."""
        return super().get_form(request, obj, change, **{**kwargs, "fields": COLUMNS})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields; the template knows where each stands."""
        return ((None, {"fields": COLUMNS}),)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field; times are picked to the minute."""
        if db_field.name in MOMENTS:
            return MomentField(label=db_field.verbose_name, required=False)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may delete; never what is given, or of which somebody had a coupon or a code."""
        return super().has_delete_permission(request, obj) and (obj is None or _is_unused(obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may change; only drafts are edited."""
        return super().has_change_permission(request, obj) and (obj is None or obj.state == State.DRAFT)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the form with the first look at what shoppers will see."""
        own = {"skus_address": "", "preview_address": self.page("preview")}
        return super().render_change_form(request, {**context, **own}, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with those of the buttons before them."""
        name, view = f"{self.opts.app_label}_{self.opts.model_name}", self.admin_site.admin_view
        own = [
            path("preview/", view(self.preview_view), name=f"{name}_preview"),
            path("<int:pk>/copy/", view(self.copy_view), name=f"{name}_copy"),
            path("<int:pk>/issue/", view(self.issue_view), name=f"{name}_issue"),
            path("<int:pk>/codes/", view(self.codes_view), name=f"{name}_codes"),
            path("<int:pk>/codes/file/", view(self.file_view), name=f"{name}_file"),
        ]
        for code in ASKED:
            own.append(path(f"<int:pk>/{code}/", view(self.ask_view), {"code": code}, name=f"{name}_{code}"))
        return [*own, *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Answer what shoppers would see of what is typed so far."""
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        form = self.get_form(request)(request.POST, instance=CouponTemplate())
        form.is_valid()
        return TemplateResponse(request, "admin/coupons/ticket.html", ticket(form.filled()))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the form of a draft for who may change it; everything else is to be read."""
        template = self._template(request, object_id)
        if self.has_change_permission(request, template):
            return super().change_view(request, object_id, form_url, extra_context)
        if request.method == "POST":
            raise PermissionDenied
        context = {
            "title": template.title,
            "paid": paid_of([template.pk]).get(template.pk, 0),
            "may": self._may(request),
            "may_copy": self.has_add_permission(request),
            "may_delete": self.has_delete_permission(request, template),
            "may_code": template.given == CouponTemplate.Given.CODE and self._may_code(request),
        }
        return self._answer(request, template, "template", context)

    def ask_view(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """Ask once more, or publish or end a template."""
        template = self._template(request, str(pk))
        if not self._may(request):
            raise PermissionDenied
        label, hint, state = ASKED[code]
        if template.state != state:
            messages.error(request, _("优惠券现在是“%(state)s”") % {"state": template.get_state_display()})
            return HttpResponseRedirect(self.page("change", pk))
        refused = ""
        if request.method == "POST":
            run: Any = services.publish_template if code == "publish" else services.end_template
            try:
                with transaction.atomic():
                    run(template)
                    now = CouponTemplate.objects.get(pk=pk)
                    self.record(request, template, f"coupon.{code}", Change({"state": state}, {"state": now.state}))
                messages.success(request, _("%(action)s：已完成") % {"action": label})
                return HttpResponseRedirect(self.page("change", pk))
            except ShopError as error:
                refused = str(error.message)
        context = {"title": label, "hint": hint, "refused": refused}
        return self._answer(request, template, "ask", {**context, "danger": code == "end"})

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Copy a template into a new draft, and go there."""
        template = self._template(request, str(pk))
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            copied = services.copy_template(template)
            self.record(request, copied, "add", Change({}, _document(copied)))
        messages.success(request, _("已复制为草稿，改好就可以发布"))
        return HttpResponseRedirect(self.page("change", copied.pk))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Throw a template away by the service."""
        services.delete_template(obj)

    def issue_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask which members get a coupon, tell how many those are, or issue it."""
        template = self._template(request, str(pk))
        if not self._may(request) or template.state != State.ON:
            raise PermissionDenied
        form = IssueForm(request.POST or None)
        count = None
        if request.method == "POST" and form.is_valid():
            segment = form.segment()
            count = segment.members().count()
            if "issue" in request.POST and self._issued(request, template, form):
                return HttpResponseRedirect(self.page("change", pk))
        context = {"title": _("发放给会员"), "form": form, "count": count}
        return self._answer(request, template, "issue", context)

    def _issued(self, request: HttpRequest, template: CouponTemplate, form: IssueForm) -> bool:
        try:
            made = services.issue(template, form.segment(), key=form.cleaned_data["token"])
        except ShopError as error:
            form.add_error(None, str(error.message))
            return False
        self.record(request, template, "coupon.issue", Change({}, {"count": made}))
        messages.success(request, _("已发放 %(count)d 张") % {"count": made})
        return True

    def codes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the batches of codes, or make one."""
        template = self._coded(request, pk)
        form = CodesForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            values = form.cleaned_data
            with transaction.atomic():
                made = services.generate_codes(template, values["count"], batch=values["batch"])
                noted = {"batch": values["batch"], "count": len(made)}
                self.record(request, template, "coupon.codes", Change({}, noted))
            messages.success(request, _("已生成 %(count)d 个兑换码") % {"count": len(made)})
            return HttpResponseRedirect(self.page("codes", pk))
        codes = CouponCode.objects.filter(template=template).order_by("batch")
        batches = codes.values("batch").annotate(count=Count("pk"), used=Count("coupon"))
        context = {"title": _("兑换码"), "form": form, "batches": batches, "file": self.page("file", pk)}
        return self._answer(request, template, "codes", context)

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer the codes of a batch as CSV; the log names who took them."""
        template = self._coded(request, pk)
        batch = request.GET.get("batch", "").replace("\0", "")
        codes = CouponCode.objects.filter(template=template, batch=batch).order_by("pk")
        if not codes:
            raise Http404
        answer = HttpResponse(content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="codes-{template.key}.csv"'
        answer.write("\ufeff")
        sheet = csv.writer(answer)
        sheet.writerow([_("兑换码"), _("已使用")])
        sheet.writerows([services.grouped(code), _("是") if code.coupon_id else _("否")] for code in codes)
        self.record(request, template, "coupon.download", Change({}, {"batch": batch, "count": len(codes)}))
        return answer

    def _coded(self, request: HttpRequest, pk: int) -> CouponTemplate:
        template = self._template(request, str(pk))
        if not self._may_code(request) or template.given != CouponTemplate.Given.CODE:
            raise PermissionDenied
        return template

    def _may(self, request: HttpRequest) -> bool:
        return bool(may_write(request.path) and super().has_change_permission(request))

    def _may_code(self, request: HttpRequest) -> bool:
        return bool(may_write(request.path) and request.user.has_perm("coupons.add_couponcode"))

    def _template(self, request: HttpRequest, pk: str) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = key_of(pk)
        if not key:
            raise Http404
        return get_object_or_404(self.get_queryset(request), pk=key)

    def _answer(self, request: HttpRequest, template: Any, name: str, context: dict[str, Any]) -> HttpResponse:
        frame = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "template": template,
            "original": template,
            "rule": in_words(template.rule()),
            "shown": ticket(template),
            "scope": scope_in_words(template.scope),
            "stacks": [label for stage, label in STACKS.items() if stage not in template.excludes],
            "list_address": self.page("changelist"),
            "template_address": self.page("change", template.pk),
            "has_view_permission": True,
        }
        return TemplateResponse(request, f"admin/coupons/{name}.html", {**frame, **context})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store the draft by the service, and keep what changed for the audit log."""
        before = _document(CouponTemplate.objects.get(pk=obj.pk)) if change else {}
        after = _document(services.save_template(form.filled()))
        changed = [name for name in after if after[name] != before.get(name) and (change or after[name])]
        old = {name: before[name] for name in changed if change}
        form.audited = Change(old, {name: after[name] for name in changed})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: a template has no rows."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Return what changed, value by value."""
        return form.audited

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Go on to publishing when that was pressed, else stay on the draft."""
        return HttpResponseRedirect(self.page("publish" if "_publish" in request.POST else "change", obj.pk))

    response_post_save_add = response_post_save_change


def _is_unused(template: CouponTemplate) -> bool:
    return template.state != State.ON and not template.claimed and not template.codes.exists()


def _document(template: CouponTemplate) -> dict[str, Any]:
    """Return a template as the audit log compares it."""
    values = {name: getattr(template, name) for name in COLUMNS}
    values |= {name: localtime(values[name]).isoformat() for name in MOMENTS if values[name]}
    values["stacks"] = [str(label) for stage, label in STACKS.items() if stage not in template.excludes]
    values["scope"] = scope_in_words(template.scope)
    return values
