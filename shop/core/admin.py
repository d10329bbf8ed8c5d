"""Staff, the shop's settings and the audit log in the back office."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextInputWidget,
)

from shop.core.admin_base import Change, ReadOnlyAdmin, ServiceForm, ShopModelAdmin, SingleObjectAdmin, may_write
from shop.core.admin_fields import ShareField, actor_name
from shop.core.audit_words import lines, title_objects
from shop.core.models import AuditEntry, User
from shop.core.naming import rename_shop
from shop.core.staff import StaffDraft, may_edit, roles_of, save_staff
from shop.library.fields import PictureField
from shop.library.models import Asset
from shop.library.services import hold
from tenants.context import require_shop
from tenants.services import LONGEST_NAME, current_name

ACTIONS = {
    "add": _("新增"),
    "change": _("修改"),
    "delete": _("删除"),
    "archive": _("移到回收站"),
    "restore": _("从回收站恢复"),
    "shelf.schedule": _("按时上下架"),
    "login": _("登录"),
    "logout": _("退出"),
    "welcome": _("凭入店链接登录"),
    "password": _("修改密码"),
    "order.ship": _("发货"),
    "order.reprice": _("改价"),
    "order.cancel": _("取消订单"),
    "order.refund": _("整单退款"),
    "order_form": _("修改下单表单"),
    "cards.import": _("导入卡密"),
    "card.void": _("作废卡密"),
    "card.refund": _("卡密退款"),
    "code.redeem": _("核销"),
    "code.refund": _("服务退款"),
    "order.remark": _("备注和旗帜"),
    "order.together": _("合并发货"),
    "order.tracking": _("改运单号"),
    "order.address": _("改收货地址"),
    "order.create": _("代客下单"),
    "order.flag": _("批量标旗"),
    "order.filter": _("保存常用筛选"),
    "order.sheet": _("下载发货表格"),
    "order.print": _("打印单据"),
    "refund.retry": _("重新退款"),
    "after_sale.agree": _("同意售后"),
    "after_sale.reject": _("拒绝售后"),
    "after_sale.retry": _("售后重新退款"),
    "stock.adjust": _("调整库存"),
    "catalog.import": _("导入商品"),
    "catalog.batch": _("批量修改"),
    "catalog.pictures": _("导入图片包"),
    "samples.add": _("添加示例商品"),
    "samples.remove": _("移除示例商品"),
    "export": _("导出"),
    "stock.levels": _("修改安全库存或预警线"),
    "count.start": _("新建盘点"),
    "count.import": _("导入盘点数量"),
    "count.apply": _("盘点入账"),
    "count.cancel": _("作废盘点单"),
    "review.reply": _("回复评价"),
    "review.hide": _("隐藏评价"),
    "review.show": _("显示评价"),
}


class SettingsForm(forms.ModelForm):
    """The settings; the logo is chosen from the library and stored by its file."""

    logo = PictureField(label=_("店铺标志"), required=False, help_text=_("小程序里店名旁边的方形图片"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.logo:
            self.initial["logo"] = Asset.objects.live().filter(name=self.instance.logo).first()

    def clean_logo(self) -> str:
        """Return the picture's file, kept from being removed until the settings are stored; "" without one."""
        asset = self.cleaned_data["logo"]
        if asset:
            hold([asset.pk])
        return asset.name if asset else ""


class NamedSettingsForm(SettingsForm):
    """The settings, with the shop's name for its owner."""

    shop_name = forms.CharField(
        label=_("店铺名称"), max_length=LONGEST_NAME, widget=UnfoldAdminTextInputWidget, help_text=_("顾客看到的名字")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["shop_name"] = current_name(require_shop())


class ShopSettingsAdmin(SingleObjectAdmin):
    """How this shop sells; its name is the owner's to change."""

    fieldsets = (
        (_("下单与收货"), {"fields": ("pay_minutes", "most_unpaid", "auto_receive_days", "after_sale_days")}),
        (_("库存"), {"fields": ("low_stock_units",)}),
        (_("积分"), {"fields": ("points_on", "points_earned_per_yuan", "points_per_yuan", "points_most_bp")}),
        (_("联系与公告"), {"fields": ("service_phone", "notice")}),
        (_("外观"), {"fields": ("logo", "theme_colour")}),
    )
    form = SettingsForm

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields; the owner sees the shop's name before them."""
        rows = super().get_fieldsets(request, obj)
        return ((_("店铺"), {"fields": ("shop_name",)}), *rows) if self._may_rename(request) else rows

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; the name is no column, so Django must not look for it."""
        if self._may_rename(request):
            columns = [name for _title, rows in self.fieldsets for name in rows["fields"]]
            kwargs |= {"form": NamedSettingsForm, "fields": columns}
        return super().get_form(request, obj, change, **kwargs)

    def _may_rename(self, request: HttpRequest) -> bool:
        return bool(getattr(request.user, "is_owner", False) and may_write(request.path))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save, and rename the shop when its owner wrote another name."""
        super().save_model(request, obj, form, change)
        if "shop_name" in form.changed_data:
            rename_shop(form.cleaned_data["shop_name"])

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Return the form field, with the limits that the database has too."""
        limits = {
            "pay_minutes": (1, 1440),
            "most_unpaid": (1, 100),
            "auto_receive_days": (1, 90),
            "after_sale_days": (0, 365),
            "low_stock_units": (0, 10**6),
            "points_earned_per_yuan": (0, 1000),
            "points_per_yuan": (1, 10_000),
        }
        if db_field.name in limits:
            kwargs["min_value"], kwargs["max_value"] = limits[db_field.name]
        if db_field.name == "points_most_bp":
            return ShareField(label=db_field.verbose_name, min_value=0, max_value=100)
        if db_field.name == "theme_colour":
            kwargs["widget"] = UnfoldAdminTextInputWidget(attrs={"type": "color"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class StaffForm(ServiceForm):
    """A colleague: account, name, password, roles. Nothing else of the user can be set here."""

    password = forms.CharField(
        label=_("密码"),
        required=False,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )
    roles = forms.MultipleChoiceField(label=_("角色"), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget)
    editor: User

    class Meta:
        model = User
        fields = ("username", "display_name", "is_active")
        widgets = {"username": UnfoldAdminTextInputWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Group.objects.values_list("name", flat=True) if self.editor.is_owner else roles_of(self.editor)
        if "roles" in self.fields:
            self.fields["roles"].choices = [(name, name) for name in sorted(held)]  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["roles"] = sorted(roles_of(self.instance))
        if "password" in self.fields:
            self.fields["password"].required = not self.instance.pk
            self.fields["password"].help_text = (
                _("不填表示不修改；修改后对方需要重新登录")
                if self.instance.pk
                else _("至少 10 个字符，请不要用常见密码")
            )


class StaffAdmin(ShopModelAdmin):
    """Staff. Accounts are switched off, never deleted; the owner and oneself cannot be edited."""

    form = StaffForm
    list_display = ("person", "role_names", "is_active", "last_login")
    list_filter = ("is_active",)
    search_fields = ("username", "display_name")
    search_help_text = _("账号或姓名")
    ordering = ("-is_owner", "pk")
    fieldsets = ((None, {"fields": ("username", "display_name", "password", "roles", "is_active")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return users with their roles."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields; who may only look sees no password."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        return ((None, {"fields": ("username", "display_name", "role_names", "is_active", "last_login")}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return the fields that are only shown to who may only look."""
        return () if obj is None or self.has_change_permission(request, obj) else ("role_names", "last_login")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form, which offers the roles that the editor may grant."""
        columns = ("username", "display_name", "is_active")
        form = super().get_form(request, obj, change, **{**kwargs, "fields": columns})
        return type(form)(form.__name__, (form,), {"editor": request.user})

    @display(description=_("员工"), header=True, ordering="username")
    def person(self, user: User) -> list[Any]:
        """Show name and account."""
        return [user.display_name or user.username, user.username if user.display_name else ""]

    @display(description=_("角色"))
    def role_names(self, user: User) -> Any:
        """Show the roles."""
        if user.is_owner:
            return _("店主")
        return "、".join(group.name for group in user.groups.all()) or _("没有角色")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may edit staff, and this one."""
        allowed = super().has_change_permission(request, obj)
        return bool(allowed and (obj is None or may_edit(request.user, obj)))  # type: ignore[arg-type]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: the logs name staff, so accounts are switched off instead."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the service, which keeps anybody from raising themselves."""
        values = form.cleaned_data
        draft = StaffDraft(
            username=values["username"],
            display_name=values["display_name"],
            password=values["password"],
            roles=frozenset(values["roles"]),
            is_active=values["is_active"],
        )
        saved = save_staff(request.user, draft, obj if change else None)  # type: ignore[arg-type]
        obj.pk = saved.pk
        form.save_m2m = lambda: None

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Change:
        """Return the change; of a password only that it was set."""
        change = super().construct_change_message(request, form, formsets, add)
        after = {name: value for name, value in change.after.items() if name != "password"}
        if form.cleaned_data.get("password"):
            after["renewed"] = [str(_("密码"))]
        return Change({name: change.before[name] for name in change.before if name != "password"}, after)


class AuditEntryAdmin(ReadOnlyAdmin):
    """Who did what in the back office."""

    list_display = ("at", "actor_shown", "action_name", "kind_name", "object_name", "summary")
    list_filter = ("at",)
    search_fields = ("actor", "object_ref")
    search_help_text = _("操作人或对象")
    ordering = ("-pk",)
    fields = ("at", "actor_shown", "action_name", "kind_name", "object_name", "object_ref", "ip", "changes")
    readonly_fields = fields

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Return the page of entries, each with the title of its object."""
        page = super().get_changelist_instance(request)
        page.result_list = list(page.result_list)
        title_objects(page.result_list)
        return page

    @display(description=_("操作人"), ordering="actor")
    def actor_shown(self, entry: AuditEntry) -> Any:
        """Show who did it."""
        return actor_name(entry.actor)

    @display(description=_("操作"), ordering="action")
    def action_name(self, entry: AuditEntry) -> Any:
        """Show what was done."""
        return ACTIONS.get(entry.action, entry.action)

    @display(description=_("对象类型"), ordering="object_kind")
    def kind_name(self, entry: AuditEntry) -> Any:
        """Show the kind of object by its Chinese name."""
        try:
            return apps.get_model(entry.object_kind)._meta.verbose_name
        except (LookupError, ValueError):
            return entry.object_kind

    @display(description=_("对象"), ordering="object_ref")
    def object_name(self, entry: AuditEntry) -> str:
        """Show what the object is called."""
        if not hasattr(entry, "object_title"):
            title_objects([entry])
        return str(entry.object_title)  # type: ignore[attr-defined]

    @display(description=_("改动"))
    def summary(self, entry: AuditEntry) -> str:
        """Show the first changes."""
        found = lines(entry)
        text = gettext("；").join(f"{line.name} {line.before} → {line.after}" for line in found[:2])[:120]
        return f"{text} …" if len(found) > 2 else text

    @display(description=_("改动"))
    def changes(self, entry: AuditEntry) -> str:
        """Show every change."""
        return render_to_string("admin/shop/audit_lines.html", {"lines": lines(entry)})
