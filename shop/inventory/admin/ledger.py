"""The ledger: every movement of stock, what was left after it, and the list as a spreadsheet."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.core.admin_base import ReadOnlyAdmin
from shop.core.admin_fields import actor_name
from shop.core.base import key_of
from shop.core.sheets import write_xlsx
from shop.inventory.models import StockItem, StockMove
from shop.jobs.models import Job

MOST_EXPORTED = 50_000
COLUMNS = ("时间", "商品", "规格", "SKU 编码", "类型", "变动", "结存", "原因", "说明", "单据", "操作人")
# What the reference of a movement begins with, and where that comes from; an order's is its number.
_ORIGINS = {
    "import": _("导入"),
    "form": _("商品页修改"),
    "batch": _("批量修改"),
    "void": _("作废卡密"),
}
_JOBS = ("import", "batch")
SHORT = 6  # of a reference that is only a key: enough to tell two apart
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ItemFilter(SimpleListFilter):
    """Movements of one item; shown only on the way from its page."""

    title = _("规格")
    parameter_name = "item"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the chosen item."""
        chosen = request.GET.get("item", "")
        item = StockItem.objects.select_related("sku__product").filter(pk=key_of(chosen)).first()
        return [(chosen, f"{item.sku.product.title} {item.sku.option_text}")] if item else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return its movements."""
        return queryset.filter(stock_item=self.value()) if self.value() else queryset


class StockMoveAdmin(ReadOnlyAdmin):
    """Every movement of stock."""

    list_display = ("at", "product", "kind", "signed", "balance", "why", "document", "who")
    list_filter = (ItemFilter, "kind", "cause", "at")
    list_select_related = ("stock_item__sku__product",)
    search_fields = ("ref", "reason", "stock_item__sku__code", "stock_item__sku__product__title")
    search_help_text = _("单据、SKU 编码或商品标题")
    ordering = ("-pk",)
    fields = ("at", "kind", "product", "signed", "balance", "why", "document", "who")
    readonly_fields = fields
    list_before_template = "admin/inventory/ledger_tools.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the movements, each with what was left after it, and its job when that is the user's own."""
        return super().get_queryset(request).with_balance().with_job(Job.objects.of(request.user))

    @display(description=_("商品"), header=True, ordering="stock_item__sku__code")
    def product(self, move: StockMove) -> list[Any]:
        """Show the product, its options and the SKU code."""
        sku = move.stock_item.sku
        return [sku.product.title, f"{sku.option_text} · {sku.code}".removeprefix(" · ")]

    @display(description=_("变动"), ordering="quantity")
    def signed(self, move: StockMove) -> str:
        """Show the change with its sign."""
        return f"{move.quantity:+d}"

    @display(description=_("结存"))
    def balance(self, move: Any) -> int:
        """Show what was on hand after it."""
        return move.balance

    @display(description=_("原因"), ordering="cause")
    def why(self, move: StockMove) -> str:
        """Show the cause and the note; the name of an imported file stands under its document."""
        note = "" if move.kind == StockMove.Kind.IMPORT else move.reason
        return " · ".join(filter(None, [str(move.get_cause_display()), note]))

    @display(description=_("单据"), ordering="ref")
    def document(self, move: Any) -> str:
        """Show what it belongs to: an order by its number, an import by its file, the rest by name and short number.

        Who started the import or batch edit is led to it as long as it is kept.
        """
        origin, dash, number = move.ref.partition("-")
        name = _ORIGINS.get(origin) if dash else None
        if not name:
            return move.ref
        file = move.reason if move.kind == StockMove.Kind.IMPORT else ""
        text = f"{name} {file or number[:SHORT]}"
        if origin not in _JOBS or not move.job:
            return text
        return format_html(
            '<a class="weipu-link" href="{}">{}</a>', reverse("admin:jobs_job_page", args=[move.job]), text
        )

    @display(description=_("操作人"))
    def who(self, move: StockMove) -> Any:
        """Show who did it."""
        return actor_name(move.actor)

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with the file before them."""
        view = self.admin_site.admin_view(self.file_view)
        return [path("file/", view, name="inventory_stockmove_file"), *super().get_urls()]

    def file_view(self, request: HttpRequest) -> HttpResponse:
        """Return the movements that the list shows as XLSX, the newest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        moves = self.get_changelist_instance(request).get_queryset(request).order_by("-pk")
        if moves.count() > MOST_EXPORTED:
            messages.error(request, _("一次最多导出 50000 条，请先用时间或类型筛选"))
            return HttpResponseRedirect(f"{self.page('changelist')}?{request.GET.urlencode()}")
        data = write_xlsx(COLUMNS, map(_row, moves.iterator(chunk_size=2000)))
        name = f"stock-{timezone.localdate():%Y%m%d}.xlsx"
        return HttpResponse(data, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _row(move: Any) -> list[Any]:
    sku = move.stock_item.sku
    return [
        f"{timezone.localtime(move.at):%Y-%m-%d %H:%M:%S}",
        sku.product.title,
        sku.option_text,
        sku.code,
        str(move.get_kind_display()),
        move.quantity,
        move.balance,
        str(move.get_cause_display()),
        move.reason,
        move.ref,
        str(actor_name(move.actor)),
    ]
