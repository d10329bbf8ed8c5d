"""The list of a tool's activities and the page of one: a form while it is a draft, to read once it is published."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from shop.catalog.admin_widgets import MomentField
from shop.catalog.models import Product
from shop.core.admin_base import Change, actor_of, may_write
from shop.core.base import key_of
from shop.core.errors import ShopError
from shop.promotions import services
from shop.promotions.admin.acting import ACTIONS, ActivityAction
from shop.promotions.admin.forms import ActivityForm
from shop.promotions.admin.items import described
from shop.promotions.admin.listing import LABELS, shown_phase
from shop.promotions.admin.reading import ActivityReading
from shop.promotions.models import Activity

MOST_LOOKED_UP = 20
DAYS = 7  # how long a new activity lasts unless something else is typed


class ActivityAdmin(ActivityReading):
    """Activities of one tool. A subclass names the tool and its form; everything is stored by the services."""

    form = ActivityForm
    change_form_template = "admin/promotions/activity_form.html"

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form of the tool, with the columns that it asks for."""
        form: Any = self.form
        columns = ("title", "starts_at", "ends_at", *form.limits, *form.more)
        made = super().get_form(request, obj, change, **{**kwargs, "fields": columns})
        return type(made)(made.__name__, (made,), {"tool": self.promotion})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields; the template knows where each stands."""
        form: Any = self.form
        return ((None, {"fields": ("title", "starts_at", "ends_at", *form.limits, *form.more)}),)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field; times are picked to the minute."""
        if db_field.name in ("starts_at", "ends_at"):
            starts, ends = pgettext("planned", "开始时间"), pgettext("planned", "结束时间")
            return MomentField(label=starts if db_field.name == "starts_at" else ends)
        if db_field.name == "pay_minutes":
            kwargs["min_value"] = 1
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Return what a new activity begins with: named like the tool, from now on, a week."""
        now = timezone.now().replace(second=0, microsecond=0)
        title = str(self.opts.verbose_name)
        return {"title": title, "starts_at": now, "ends_at": now + timedelta(days=DAYS)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may delete; only drafts go."""
        return super().has_delete_permission(request, obj) and _is_draft(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may change; only drafts are edited."""
        return super().has_change_permission(request, obj) and _is_draft(obj)

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with those of the buttons and what the form asks while somebody types."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        own = [
            path(f"<int:pk>/{code}/", view(partial(self.action_view, code=code)), name=f"{name}_{code}")
            for code in ACTIONS
        ]
        copy = path("<int:pk>/copy/", view(self.copy_view), name=f"{name}_copy")
        skus = path("skus/", view(self.skus_view), name=f"{name}_skus")
        shown = path("preview/", view(self.preview_view), name=f"{name}_preview")
        return [*own, copy, skus, shown, *super().get_urls()]

    def skus_view(self, request: HttpRequest) -> HttpResponse:
        """Answer products (their codes, `code` as often as there are) with their SKUs, as JSON."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        codes = [code.replace("\0", "") for code in request.GET.getlist("code")[:MOST_LOOKED_UP]]
        found = dict(Product.objects.filter(code__in=codes, archived_at=None).values_list("code", "pk"))
        return JsonResponse({"results": described(found[code] for code in codes if code in found)})

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """Answer what shoppers would see of what is typed so far."""
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        form = self.get_form(request)(request.POST, instance=self.model(tool=self.tool))
        form.is_valid()
        activity = form.filled()
        items = form.drafts() or ()
        summary = services.summary_of(activity, items) if not form.errors.keys() - {"title", "ends_at"} else ""
        shown = {**self.shown(activity, items, summary), "waits": "items" in form.fields}
        return TemplateResponse(request, "admin/promotions/preview.html", shown)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the form with the first look at what shoppers will see."""
        own = {
            "show_save_and_add_another": False,
            "show_save_and_continue": False,
            "preview_address": self.page("preview"),
            "skus_address": self.page("skus"),
        }
        return super().render_change_form(request, {**context, **own}, *args, **kwargs)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the form of a draft for who may change it; everything else is to be read."""
        activity = self._activity(request, object_id)
        if self.has_change_permission(request, activity):
            return super().change_view(request, object_id, form_url, extra_context)
        if request.method == "POST":
            raise PermissionDenied
        context = {
            **self._frame(request, activity),
            **self.told(activity),
            **self.parts(request, activity),
            "title": activity.title,
            "label": LABELS[shown_phase(activity)[0]],
            "actions": [action for action in ACTIONS.values() if action.fits(activity)] if self._may(request) else [],
            "links": self.links(request, activity),
            "may_copy": self.has_add_permission(request),
        }
        return TemplateResponse(request, self.activity_template, context)

    def action_view(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """Ask once more, or do it."""
        action, activity = ACTIONS[code], self._activity(request, str(pk))
        if not self._may(request):
            raise PermissionDenied
        if not action.fits(activity):
            messages.error(request, _("活动现在是“%(phase)s”，不能%(action)s") % _now(activity, action))
            return HttpResponseRedirect(self.page("change", pk))
        refused = ""
        if request.method == "POST":
            try:
                self._do(request, activity, action)
                messages.success(request, _("%(action)s：已完成") % {"action": action.label})
                return HttpResponseRedirect(self.page("change", pk))
            except ShopError as error:
                refused = str(error.message)
        context = {
            **self._frame(request, activity),
            **self.told(activity),
            "title": action.label,
            "action": action,
            "refused": refused,
            "cautions": self.cautions(activity) if code == "publish" else [],
        }
        return TemplateResponse(request, "admin/promotions/action.html", context)

    def _do(self, request: HttpRequest, activity: Any, action: ActivityAction) -> None:
        with transaction.atomic():
            action.run(activity, actor_of(request))
            now = Activity.objects.get(pk=activity.pk)
            change = Change({"state": activity.state}, {"state": now.state})
            self.record(request, activity, f"activity.{action.code}", change)

    def copy_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Copy an activity into a new draft, and go there."""
        activity = self._activity(request, str(pk))
        if request.method != "POST" or not self.has_add_permission(request):
            raise PermissionDenied
        with transaction.atomic():
            copied = services.copy_activity(activity)
            self.record(request, copied, "add", Change({}, self.document(copied)))
        messages.success(request, _("已复制为草稿，改好时间就可以发布"))
        return HttpResponseRedirect(self.page("change", copied.pk))

    def _may(self, request: HttpRequest) -> bool:
        return bool(may_write(request.path) and super().has_change_permission(request))

    def _activity(self, request: HttpRequest, pk: str) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = key_of(pk)
        if not key:
            raise Http404
        return get_object_or_404(self.get_queryset(request), pk=key)

    def _frame(self, request: HttpRequest, activity: Any) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "activity": activity,
            "phase": shown_phase(activity)[1],
            "original": activity,
            "list_address": self.page("changelist"),
            "activity_address": self.page("change", activity.pk),
            "copy_address": self.page("copy", activity.pk),
            "has_view_permission": True,
        }

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store the draft by the service, and keep what changed for the audit log."""
        before = self.document(Activity.objects.get(pk=obj.pk)) if change else {}
        saved = services.save_activity(form.filled(), items=form.drafts())
        after = self.document(saved)
        changed = [name for name in after if after[name] != before.get(name) and (change or after[name])]
        old = {name: before[name] for name in changed if change}
        form.audited = Change(old, {name: after[name] for name in changed})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing: the service stored the SKUs too."""

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Return what changed, value by value."""
        return form.audited

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Throw a draft away."""
        services.delete_activity(obj)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Go on to publishing when that was pressed, else stay on the draft."""
        code = "publish" if "_publish" in request.POST else "change"
        return HttpResponseRedirect(self.page(code, obj.pk))

    response_post_save_add = response_post_save_change


def _is_draft(activity: Any) -> bool:
    return activity is None or activity.state == Activity.State.DRAFT


def _now(activity: Any, action: ActivityAction) -> dict[str, Any]:
    return {"phase": shown_phase(activity)[1], "action": action.label}
