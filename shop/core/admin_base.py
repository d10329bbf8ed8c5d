"""What every page of the back office shares: permissions, amounts, refusals shown in the form, the audit log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.db import models
from django.forms import BaseForm, BaseFormSet, ModelForm
from django.forms.models import construct_instance
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline

from shop.core import audit
from shop.core.admin_fields import YuanField
from shop.core.errors import ShopError
from shop.core.money import MoneyField
from tenants import gate
from tenants.context import current_shop

MONEY_OVERRIDES: dict[type[models.Field], dict[str, Any]] = {MoneyField: {"form_class": YuanField}}
# What the merchant is told on every page while the shop is not open.
NOTICES = {
    "READ_ONLY": _("店铺目前只读：不能接新订单，也不能修改资料；仍可发货和退款。请联系平台。"),
    "SUSPENDED": _("店铺已停用：不能接新订单，也不能修改资料；已付款的订单仍可发货和退款。请联系平台。"),
}


def may_write(path: str) -> bool:
    """Return whether the state of the current shop lets a form be posted to `path`."""
    shop = current_shop.get()
    return shop is None or gate.allows(shop, "POST", path)


def shop_notice() -> Any:
    """Return what the current shop's state keeps the merchant from doing; empty while the shop is open."""
    shop = current_shop.get()
    return NOTICES.get(shop.state, "") if shop else ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a form did: values before and after, ready for the audit log."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]


def plain(value: Any) -> Any:
    """Return the value as JSON can hold it."""
    if isinstance(value, str | int | float | bool | None):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | models.QuerySet):
        return [plain(item) for item in value]
    return str(value)


def actor_of(request: HttpRequest) -> str:
    """Return the account name that the logs show for whoever is logged in."""
    return request.user.get_username()


def values_of(form: BaseForm) -> Change:
    """Return the changed fields of a valid form."""
    cleaned = getattr(form, "cleaned_data", {})
    shown = [name for name in form.changed_data if name in cleaned]
    return Change(
        before={name: plain(form.get_initial_for_field(form.fields[name], name)) for name in shown},
        after={name: plain(cleaned[name]) for name in shown},
    )


def changes_of(form: BaseForm, formsets: Iterable[BaseFormSet]) -> Change:
    """Return what a form and its rows changed; a removed row is null after."""
    change = values_of(form)
    before, after = dict(change.before), dict(change.after)
    for formset in formsets:
        for row in formset.forms:
            if not row.has_changed():
                continue
            part = values_of(row)
            name = f"{formset.prefix} {getattr(row, 'instance', '')}".strip()
            removed = getattr(row, "cleaned_data", {}).get("DELETE")
            before[name], after[name] = part.before, None if removed else part.after
    return Change(before, after)


class ServiceForm(ModelForm):
    """A form whose values a service judges; the database's constraints would only be named, in English."""

    def clean(self) -> Any:
        """Return the values; what is unique is the service's to say."""
        return self.cleaned_data

    def _post_clean(self) -> None:
        self.instance = construct_instance(self, self.instance, self._meta.fields, self._meta.exclude)


class RefusedForm:
    """Mixed into a form whose values a service has just refused: shows the refusal."""

    refusal: ShopError

    def clean(self) -> Any:
        """Add the refusal to the fields it names, or to the form."""
        cleaned = super().clean()  # type: ignore[misc]
        fields: Mapping[str, Any] = self.fields  # type: ignore[attr-defined]
        named = False
        for name, reason in self.refusal.detail.items():
            if name in fields:
                self.add_error(name, reason if isinstance(reason, list) else str(reason))  # type: ignore[attr-defined]
                named = True
        if not named:
            self.add_error(None, self.refusal_text())  # type: ignore[attr-defined]
        return cleaned

    def refusal_text(self) -> str:
        """Return the message with those details that are sentences."""
        reasons = [str(reason) for reason in self.refusal.detail.values() if isinstance(reason, str)]
        return "；".join([str(self.refusal.message), *reasons])


class ShopModelAdmin(ModelAdmin):
    """A page for one model: deny by default, writes audited, a service's ShopError shown in the form."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    warn_unsaved_form = True
    compressed_fields = True
    formfield_overrides = MONEY_OVERRIDES

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        """Return what every page asks of every model for its list of pages, where nothing is added or deleted."""
        return {
            "add": False,
            "change": self.has_change_permission(request),
            "delete": False,
            "view": self.has_view_permission(request),
        }

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may add, and the shop's state lets anybody."""
        return may_write(request.path) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may change, and the shop's state lets anybody."""
        return may_write(request.path) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may delete, and the shop's state lets anybody."""
        return may_write(request.path) and super().has_delete_permission(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form class; after a refusal one that shows it."""
        form = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return type(form)(form.__name__, (RefusedForm, form), {"refusal": refusal}) if refusal else form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Answer the form; what a service refuses is rolled back and shown, with everything that was typed."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ShopError as error:
            request.refusal = error  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Answer the deletion; a refusal goes back to the object with a message."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except ShopError as error:
            messages.error(request, str(error.message))
            return HttpResponseRedirect(self.page("change", object_id))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """404: the audit log is the history."""
        raise Http404

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the list, with what it says when it is empty, as far as the site has words for it."""
        changelist = super().get_changelist_instance(request)
        words = getattr(self.admin_site, "empty_state", None)
        if words and not changelist.result_count:
            is_filtered = bool(changelist.query or changelist.has_active_filters)
            changelist.empty = words(request, self.model, is_filtered=is_filtered)
        return changelist

    def page(self, name: str, *args: Any) -> str:
        """Return the address of one of this model's pages."""
        return reverse(f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{name}", args=args)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Return the Change, which the log methods below store."""
        return changes_of(form, formsets or [])

    def log_addition(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """Write the audit entry of a new object."""
        self.record(request, obj, "add", message)

    def log_change(self, request: HttpRequest, obj: models.Model, message: Any) -> None:
        """Write the audit entry of a changed object; none when nothing changed."""
        if message.before or message.after:
            self.record(request, obj, "change", message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Write an audit entry for each object about to be deleted."""
        for obj in queryset:
            self.record(request, obj, "delete", Change({"name": str(obj)}, {}))

    def record(self, request: HttpRequest, obj: models.Model, action: str, change: Change) -> None:
        """Write one audit entry."""
        audit.record(
            actor=actor_of(request),
            action=action,
            target=obj,
            before=plain(change.before),
            after=plain(change.after),
            request=request,
        )


class ReadOnlyAdmin(ShopModelAdmin):
    """A page to look at: nothing is added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False


class SingleObjectAdmin(ShopModelAdmin):
    """A page for a model with one row: its list is its form."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Go to the one row, or to the form that makes it."""
        row = self.model._default_manager.first()
        if row is None and not may_write(request.path):
            messages.info(request, _("这里还没有设置"))
            return HttpResponseRedirect(reverse(f"{self.admin_site.name}:index"))
        return HttpResponseRedirect(self.page("change", row.pk) if row else self.page("add"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return whether the row is missing and the user may change it."""
        allowed = super().has_change_permission(request)
        return bool(allowed and not self.model._default_manager.exists())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False."""
        return False

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Stay on the form."""
        return HttpResponseRedirect(self.page("change", obj.pk))

    response_post_save_add = response_post_save_change

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Answer the form, without the buttons that lead to other rows."""
        hidden = {"show_save_and_add_another": False, "show_save_and_continue": False, "show_close": False}
        return super().changeform_view(request, object_id, form_url, {**hidden, **(extra_context or {})})


class PartInline(TabularInline):
    """Rows that belong to an object: whoever may see or change the object may do so to them."""

    extra = 0
    hide_title = True
    formfield_overrides = MONEY_OVERRIDES

    def _may(self, request: HttpRequest, verb: str) -> bool:
        opts = self.parent_model._meta
        return bool(request.user.has_perm(f"{opts.app_label}.{verb}_{opts.model_name}"))

    def _may_edit(self, request: HttpRequest, obj: Any) -> bool:
        return may_write(request.path) and self._may(request, "change" if obj else "add")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may see the object."""
        return self._may(request, "view") or self._may(request, "change")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may change the object."""
        return self._may_edit(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may change the object."""
        return self._may_edit(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may change the object."""
        return self._may_edit(request, obj)
