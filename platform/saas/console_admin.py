"""Pages of the operators' console. Nothing can be added, edited or deleted here; the few changes are buttons."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminTextareaWidget

from saas import console_services
from shop.core.models import AuditEntry
from tenants import gate
from tenants.context import CONSOLE
from tenants.models import Due, OutboxEvent, Schema, Tenant
from tenants.signup.views import shop_address

# A label without a colour would show the code instead of the words.
STATE_COLOURS = {
    "OPEN": "success",
    "READ_ONLY": "warning",
    "SUSPENDED": "danger",
    "CLOSED": "danger",
    "MIGRATING": "info",
}
SCHEMA_STATES = {"BUILDING": _("创建中"), "SPARE": _("备用"), "LIVE": _("使用中"), "FAILED": _("迁移失败")}
SCHEMA_COLOURS = {"LIVE": "success", "SPARE": "info", "BUILDING": "default", "FAILED": "danger", "": "danger"}
MOVES = {
    "OPEN": _("恢复营业"),
    "READ_ONLY": _("转为只读"),
    "SUSPENDED": _("停用店铺"),
    "CLOSED": _("关闭店铺"),
    "MIGRATING": _("转入迁移"),
}


AUDIT_ACTIONS = {"tenant.state": _("改变店铺状态"), "due.try_again": _("再试一次"), "login": _("登录")}
AUDIT_KINDS = {"tenants.tenant": _("店铺"), "tenants.due": _("定时任务"), "core.user": _("运营人员")}


class ReasonForm(forms.Form):
    """Why an operator changes a shop's state."""

    reason = forms.CharField(label=_("原因"), max_length=300, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}))


class ReadOnlyAdmin(ModelAdmin):
    """A list and a page to look at."""

    list_fullwidth = True
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody may add."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody may edit."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody may delete."""
        return False


def with_shop_name(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Return rows with the name of the shop whose uuid is in `shop`."""
    return rows.annotate(shop_name=Subquery(Tenant.objects.filter(uuid=OuterRef("shop")).values("name")[:1]))


class TenantAdmin(ReadOnlyAdmin):
    """Shops, and the buttons that move them from state to state."""

    list_display = ("name", "address", "state_label", "owner_contact", "schema_label", "created_at")
    list_filter = ("state",)
    search_fields = ("name", "slug", "owner_contact", "key")
    search_help_text = _("店铺名称、网址、联系方式或编号")
    ordering = ("-created_at",)
    fields = ("name", "address", "state", "owner_contact", "key", "schema_of", "created_at")
    readonly_fields = fields
    change_form_outer_before_template = "platform/console/shop_actions.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Tenant]:
        """Return shops with the state of their schema."""
        schema = Schema.objects.filter(name=OuterRef("schema_name"))
        return super().get_queryset(request).annotate(schema_state=Subquery(schema.values("state")[:1]))

    @display(description=_("网址"))
    def address(self, tenant: Tenant) -> str:
        """Return the shop's slug as a link to it."""
        domain = tenant.domains.filter(is_primary=True).first() if tenant.pk else None
        if domain is None:
            return tenant.slug
        return format_html('<a href="{}/" rel="noopener">{}</a>', shop_address(domain.domain), tenant.slug)

    @display(description=_("状态"), ordering="state", label=STATE_COLOURS)
    def state_label(self, tenant: Tenant) -> tuple[str, Any]:
        """Return the state as a coloured label."""
        return tenant.state, tenant.get_state_display()

    @display(description=_("数据架构"), label=SCHEMA_COLOURS)
    def schema_label(self, tenant: Tenant) -> tuple[str, Any]:
        """Return the state of the shop's schema as a coloured label."""
        state = getattr(tenant, "schema_state", None) or ""
        return state, SCHEMA_STATES.get(state, _("缺失"))

    @display(description=_("数据架构"))
    def schema_of(self, tenant: Any) -> str:
        """Return the name of the shop's schema and its state."""
        return f"{tenant.schema_name} · {SCHEMA_STATES.get(tenant.schema_state, _('缺失'))}"

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with the one that asks for a reason."""
        move = path("<int:pk>/state/<str:new>/", self.admin_site.admin_view(self.move_view), name="tenants_tenant_move")
        return [move, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Return the page of one shop with its buttons."""
        tenant = self.get_object(request, object_id)
        moves = [
            {"title": title, "link": reverse("admin:tenants_tenant_move", args=[tenant.pk, new])}
            for new, title in MOVES.items()
            if tenant and new in gate.NEXT[tenant.state]
        ]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "shop_moves": moves})

    def move_view(self, request: HttpRequest, pk: int, new: str) -> HttpResponse:
        """Ask for the reason, then move the shop; 404 for an edge that is not listed."""
        tenant = get_object_or_404(Tenant, pk=pk)
        if new not in gate.NEXT[tenant.state]:
            raise Http404
        form = ReasonForm(request.POST or None)
        if form.is_valid():
            return self._move(request, tenant, new, form.cleaned_data["reason"])
        context = {
            **self.admin_site.each_context(request),
            "title": MOVES[new],
            "form": form,
            "tenant": tenant,
            "new_state": Tenant.State(new).label,
            "opts": self.opts,
        }
        return TemplateResponse(request, "platform/console/move.html", context)

    def _move(self, request: HttpRequest, tenant: Tenant, new: str, reason: str) -> HttpResponse:
        try:
            console_services.move_shop(tenant, new, reason, request)
        except gate.IllegalState:
            messages.error(request, _("店铺的状态刚刚被别人改变，请核对后再试"))
        else:
            messages.success(request, _("状态已改变"))
        return redirect("admin:tenants_tenant_change", tenant.pk)


class SchemaAdmin(ReadOnlyAdmin):
    """Schemas of shops and spare ones; never the console's own."""

    list_display = ("name", "state_label", "short_hash", "error", "updated_at")
    list_filter = ("state",)
    search_fields = ("name",)
    ordering = ("-updated_at",)
    fields = ("name", "state_name", "hash", "error", "updated_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Schema]:
        """Return all but the reserved schema."""
        return super().get_queryset(request).exclude(name=CONSOLE.schema)

    @display(description=_("状态"), ordering="state", label=SCHEMA_COLOURS)
    def state_label(self, schema: Schema) -> tuple[str, Any]:
        """Return the state as a coloured label."""
        return schema.state, SCHEMA_STATES[schema.state]

    @display(description=_("状态"))
    def state_name(self, schema: Schema) -> Any:
        """Return the state in words."""
        return SCHEMA_STATES[schema.state]

    @display(description=_("迁移版本"))
    def short_hash(self, schema: Schema) -> str:
        """Return the start of the hash of the schema's migrations."""
        return schema.hash[:10]


class DueAdmin(ReadOnlyAdmin):
    """Work that waits for its time, and work that was given up."""

    list_display = ("kind", "ref", "shop_of", "run_at", "failures", "given_up", "error")
    list_filter = ("dead", "kind")
    search_fields = ("kind", "ref")
    ordering = ("-dead", "run_at")
    fields = ("kind", "ref", "shop_of", "run_at", "failures", "dead", "error", "created_at")
    readonly_fields = fields
    actions = ("try_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Due]:
        """Return rows with their shops' names."""
        return with_shop_name(super().get_queryset(request))

    @display(description=_("店铺"))
    def shop_of(self, row: Any) -> str:
        """Return the name of the row's shop."""
        return row.shop_name or "—"

    @display(description=_("已放弃"), label={True: "danger", False: "default"})
    def given_up(self, row: Due) -> tuple[bool, Any]:
        """Return whether nobody will try the row again."""
        return row.dead, _("是") if row.dead else _("否")

    @action(description=_("再试一次"), permissions=["view"])
    def try_again(self, request: HttpRequest, rows: QuerySet[Due]) -> None:
        """Let the chosen rows that were given up run again."""
        count = console_services.try_again(rows, request)
        messages.success(request, _("%(count)d 项将再次执行") % {"count": count})


class OutboxEventAdmin(ReadOnlyAdmin):
    """Events of shops."""

    list_display = ("topic", "ref_kind", "ref", "shop_of", "occurred_at", "relayed_at")
    list_filter = ("topic",)
    search_fields = ("topic", "ref")
    ordering = ("-occurred_at",)
    fields = ("event_id", "topic", "ref_kind", "ref", "shop_of", "ids", "occurred_at", "relayed_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutboxEvent]:
        """Return events with their shops' names."""
        return with_shop_name(super().get_queryset(request))

    @display(description=_("店铺"))
    def shop_of(self, event: Any) -> str:
        """Return the name of the event's shop."""
        return event.shop_name or "—"


class AuditActionFilter(SimpleListFilter):
    """What was done, in words."""

    title = _("操作")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the actions."""
        return list(AUDIT_ACTIONS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the entries of the chosen action."""
        return queryset.filter(action=self.value()) if self.value() else queryset


class ConsoleAuditAdmin(ReadOnlyAdmin):
    """What operators did."""

    list_display = ("at", "actor", "action_name", "kind_name", "object_name", "change", "reason", "ip")
    list_filter = (AuditActionFilter,)
    search_fields = ("actor", "object_ref")
    ordering = ("-at",)
    fields = (
        "at",
        "actor",
        "action_name",
        "kind_name",
        "object_name",
        "object_ref",
        "change",
        "reason",
        "before",
        "after",
        "ip",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        """Return entries with the names of the shops they are about."""
        name = Tenant.objects.filter(key=OuterRef("object_ref")).values("name")[:1]
        return super().get_queryset(request).annotate(shop_name=Subquery(name))

    @display(description=_("操作"), ordering="action")
    def action_name(self, entry: AuditEntry) -> Any:
        """Return what was done, in words."""
        return AUDIT_ACTIONS.get(entry.action, entry.action)

    @display(description=_("对象类型"), ordering="object_kind")
    def kind_name(self, entry: AuditEntry) -> Any:
        """Return the kind of object in words."""
        return AUDIT_KINDS.get(entry.object_kind, entry.object_kind)

    @display(description=_("对象"), ordering="object_ref")
    def object_name(self, entry: Any) -> str:
        """Return the shop's name, what the work was, or who logged in."""
        if entry.object_kind == "tenants.tenant":
            return entry.shop_name or entry.object_ref
        if entry.object_kind == "tenants.due":
            return f"{entry.before.get('kind', '')} {entry.before.get('ref', '')}".strip() or entry.object_ref
        return entry.actor if entry.action == "login" else entry.object_ref

    @display(description=_("状态变化"))
    def change(self, entry: AuditEntry) -> str:
        """Return the old and the new state of a shop."""
        old, new = entry.before.get("state"), entry.after.get("state")
        labels = dict(Tenant.State.choices)
        return f"{labels.get(old, old)} → {labels.get(new, new)}" if old and new else "—"

    @display(description=_("原因"))
    def reason(self, entry: AuditEntry) -> str:
        """Return why the operator did it."""
        return entry.after.get("reason") or "—"
