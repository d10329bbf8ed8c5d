"""Members, their levels, and the shop's mini-program."""

import secrets
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from shop.core import crypto
from shop.core.admin_base import Change, ServiceForm, ShopModelAdmin, SingleObjectAdmin, actor_of
from shop.core.admin_fields import DiscountField, WriteOnlyField, masked_phone
from shop.jobs.admin_export import ExportAdmin
from shop.ledgers.models import Account
from shop.ledgers.services import adjust_points
from shop.members import services
from shop.members.models import Level, Member, WechatApp
from tenants.context import require_shop


class LevelForm(ServiceForm):
    """A level; its discount is typed as people say it."""

    discount_bp = DiscountField(label=_("折扣"), help_text=_("会员价：例如 9.5 折，10 表示不打折"))

    class Meta:
        model = Level
        fields = ("name", "threshold", "discount_bp")


class LevelAdmin(ShopModelAdmin):
    """Levels of membership."""

    form = LevelForm
    list_display = ("name", "threshold", "discount", "member_count")
    ordering = ("threshold",)
    fields = ("name", "threshold", "discount_bp")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the levels with how many members are in each."""
        return super().get_queryset(request).annotate(member_count=Count("members"))

    @display(description=_("折扣"), ordering="-discount_bp")
    def discount(self, level: Level) -> Any:
        """Show the discount as people say it."""
        if not level.discount_bp:
            return _("不打折")
        return _("%(tenths)s 折") % {"tenths": DiscountField().prepare_value(level.discount_bp)}

    @display(description=_("会员数"), ordering="member_count")
    def member_count(self, level: Any) -> int:
        """Show how many members are in it."""
        return int(level.member_count)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Store the level."""
        services.save_level(obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Remove the level, unless a member is in it."""
        services.delete_level(obj)


class MemberForm(ServiceForm):
    """The level of a member, and points to give or take; `token` names the form, so that it counts once."""

    points = forms.IntegerField(
        label=_("增加积分"),
        required=False,
        min_value=-(10**7),
        max_value=10**7,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
        help_text=_("例如 100；减少写负数，例如 -50；不填表示不调整"),
    )
    points_note = forms.CharField(
        label=_("调整原因"),
        required=False,
        max_length=120,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("会员看得到"),
    )
    token = forms.CharField(label="", widget=forms.HiddenInput, max_length=40, initial=lambda: secrets.token_hex(8))

    class Meta:
        model = Member
        fields = ("level",)


class MemberAdmin(ExportAdmin, ShopModelAdmin):
    """Members; their phone numbers are masked. Staff set the level and adjust points, nothing else."""

    form = MemberForm
    list_display = ("name", "phone_masked", "level", "points_now", "unpaid_orders", "created_at")
    list_filter = ("level",)
    list_select_related = ("level",)
    search_fields = ("key",)
    search_help_text = _("会员编号、昵称、手机号或手机尾号")
    ordering = ("-pk",)
    actions = ("export_rows", "export_csv")
    readonly_fields = ("key", "nickname", "phone_masked", "points_now", "unpaid_orders", "created_at")
    fieldsets = (
        (None, {"fields": readonly_fields}),
        (_("等级与积分"), {"fields": ("level", "points", "points_note", "token")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the members with their points."""
        account = Account.objects.filter(member=OuterRef("pk"), kind=Account.Kind.POINTS)
        owned = account.values(left=F("balance") - F("debt"))
        return super().get_queryset(request).annotate(points=Coalesce(Subquery(owned), 0))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields; who may only look sees no form."""
        if self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": (*self.readonly_fields, "level")}),)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; the points are no column, so Django must not look for them."""
        return super().get_form(request, obj, change, **{**kwargs, "fields": ("level",)})

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Return False: members come by themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: a member erases himself."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Set the level and book the points."""
        values = form.cleaned_data
        services.set_level(obj, values["level"])
        if values["points"]:
            adjust_points(
                obj.pk,
                values["points"],
                note=values["points_note"],
                key=f"{obj.key}:{values['token']}",
                actor=actor_of(request),
            )

    @display(description=_("积分"), ordering="points")
    def points_now(self, member: Any) -> int:
        """Show the member's points; below 0 they are owed."""
        return int(member.points)

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
