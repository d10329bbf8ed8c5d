"""Members to look at, and the shop's mini-program."""

from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from shop.core import crypto
from shop.core.admin_base import Change, ReadOnlyAdmin, SingleObjectAdmin
from shop.core.admin_fields import WriteOnlyField, masked_phone
from shop.jobs.admin_export import ExportAdmin
from shop.members import services
from shop.members.models import Member, WechatApp
from tenants.context import require_shop


class MemberAdmin(ExportAdmin, ReadOnlyAdmin):
    """Members; their phone numbers are masked."""

    list_display = ("name", "phone_masked", "unpaid_orders", "created_at")
    search_fields = ("key",)
    search_help_text = _("会员编号、昵称、手机号或手机尾号")
    ordering = ("-pk",)
    actions = ("export_rows", "export_csv")
    fields = ("key", "nickname", "phone_masked", "unpaid_orders", "created_at")
    readonly_fields = fields

    @display(description=_("会员"), header=True, ordering="nickname")
    def name(self, member: Member) -> list[Any]:
        """Show nickname and number."""
        return [member.nickname or _("未填写昵称"), member.key]

    @display(description=_("手机号"))
    def phone_masked(self, member: Member) -> str:
        """Show the phone number with only its last four digits."""
        return masked_phone(member.phone_last4)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Find by number, nickname, the whole phone number, or its last four digits."""
        term = search_term.strip()
        if not term:
            return queryset, False
        found = Q(key=term) | Q(nickname__icontains=term) | Q(phone_digest=crypto.digest(term, "phone"))
        if len(term) == 4 and term.isdigit():
            found |= Q(phone_last4=term)
        return queryset.filter(found), False


class WechatAppForm(forms.ModelForm):
    """The mini-program's AppID and secret; the secret is never shown again."""

    class Meta:
        model = WechatApp
        fields = ("appid", "name")
        widgets = {"appid": UnfoldAdminTextInputWidget, "name": UnfoldAdminTextInputWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.secret if self.instance.pk else ""
        self.fields["secret"] = WriteOnlyField(label=_("小程序密钥"), stored=stored)


class WechatAppAdmin(SingleObjectAdmin):
    """The shop's mini-program."""

    form = WechatAppForm
    fieldsets = (
        (
            None,
            {
                "fields": ("appid", "name", "secret"),
                "description": _("在微信公众平台“开发管理”里可以找到 AppID 和小程序密钥。"),
            },
        ),
    )

    change_form_outer_before_template = "admin/members/wechatapp_api.html"

    class Media:
        js = (static("weipu/copy.js"),)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Answer the form, with what the mini-program's developer has to know of the shop."""
        key = require_shop().key
        shown = {"shop_key": key, "api_address": f"{settings.SHARED_URL}/s/{key}/api/v1"}
        return super().changeform_view(request, object_id, form_url, {**shown, **(extra_context or {})})

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; the secret is no column, so Django must not look for it."""
        return super().get_form(request, obj, change, **{**kwargs, "fields": ("appid", "name")})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Connect the mini-program; an empty secret keeps the stored one."""
        values = form.cleaned_data
        stored = WechatApp.objects.get(pk=obj.pk).secret if change else ""
        saved = services.connect_app(values["appid"].strip(), values["secret"] or stored, values["name"])
        obj.pk = saved.pk

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Change:
        """Return the change without the secret."""
        change = super().construct_change_message(request, form, formsets, add)
        after = {name: value for name, value in change.after.items() if name != "secret"}
        if form.cleaned_data.get("secret"):
            after["renewed"] = [str(_("小程序密钥"))]
        return Change({name: change.before[name] for name in change.before if name != "secret"}, after)
