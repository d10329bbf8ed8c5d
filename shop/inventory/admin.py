"""Stock in the back office: levels, adjusting with a reason, movements, holds."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from shop.core.admin_base import Change, ReadOnlyAdmin, actor_of
from shop.core.admin_fields import actor_name
from shop.core.errors import ShopError
from shop.inventory import services
from shop.inventory.models import Reservation, StockItem, StockMove

MOST_UNITS = 10**6
RECENT = 20


class AdjustForm(forms.Form):
    """How many units more or less, and why."""

    delta = forms.IntegerField(
        label=_("增减数量"),
        min_value=-MOST_UNITS,
        max_value=MOST_UNITS,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("入库填正数，出库填负数，例如 10 或 -3"),
    )
    reason = forms.CharField(label=_("原因"), max_length=120, widget=UnfoldAdminTextInputWidget)
    ref = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def clean_delta(self) -> int:
        """Return the change; it must be one."""
        if not self.cleaned_data["delta"]:
            raise forms.ValidationError(_("请填写增加或减少的数量"))
        return self.cleaned_data["delta"]


class LevelFilter(SimpleListFilter):
    """Stock that is gone or nearly so."""

    title = _("可售")
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the levels."""
        return [("0", _("没有可售")), ("10", _("不足 10 件"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return items with at most that many units left."""
        limit = {"0": 1, "10": 10}.get(self.value() or "")
        return queryset.filter(left__lt=limit) if limit else queryset


class StockItemAdmin(ReadOnlyAdmin):
    """Stock levels; the page of an item adjusts it through the service."""

    list_display = ("product", "sku_code", "on_hand", "reserved", "safety", "left_units")
    list_filter = (LevelFilter,)
    list_select_related = ("sku__product", "warehouse")
    search_fields = ("sku__code", "sku__product__title", "sku__barcode")
    search_help_text = _("SKU 编码、商品标题或条形码")
    ordering = ("-sku__product_id", "sku__position", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the items of live SKUs with what may be sold of each."""
        rows = super().get_queryset(request).filter(sku__archived_at=None)
        return rows.annotate(left=F("on_hand") - F("reserved") - F("safety"))

    @display(description=_("商品"), header=True, ordering="sku__product__title")
    def product(self, item: StockItem) -> list[Any]:
        """Show the product and the options."""
        return [item.sku.product.title, item.sku.option_text]

    @display(description=_("SKU 编码"), ordering="sku__code")
    def sku_code(self, item: StockItem) -> str:
        """Show the SKU code."""
        return item.sku.code

    @display(description=_("可售"), ordering="left")
    def left_units(self, item: StockItem) -> int:
        """Show how many units may be sold."""
        return item.available

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the page of one item, or adjust it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        item = self.get_object(request, object_id)
        if item is None:
            raise Http404
        may_adjust = request.user.has_perm("inventory.change_stockitem")
        if request.method == "POST" and not may_adjust:
            raise PermissionDenied
        form = AdjustForm(request.POST if request.method == "POST" else None, initial={"ref": f"adjust-{uuid4().hex}"})
        if request.method == "POST" and form.is_valid() and self._adjusted(request, item, form):
            return HttpResponseRedirect(self.page("change", item.pk))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": item.sku.product.title,
            "item": item,
            "form": form if may_adjust else None,
            "moves": item.moves.order_by("-pk")[:RECENT],
            "holds": item.reservations.filter(state=Reservation.State.HELD).order_by("-pk")[:RECENT],
        }
        return TemplateResponse(request, "admin/shop/stock_item.html", context)

    def _adjusted(self, request: HttpRequest, item: StockItem, form: AdjustForm) -> bool:
        """Adjust the stock once per form shown; False when the service refused and the form says why."""
        values = form.cleaned_data
        try:
            with transaction.atomic():
                services.adjust(
                    item, values["delta"], ref=values["ref"], reason=values["reason"], actor=actor_of(request)
                )
                after = StockItem.objects.get(pk=item.pk).on_hand
                change = Change({"on_hand": after - values["delta"]}, {"on_hand": after, "reason": values["reason"]})
                self.record(request, item, "stock.adjust", change)
        except ShopError as error:
            form.add_error(None, str(error.message))
            return False
        except IntegrityError:
            messages.info(request, _("这次调整已经保存过"))
            return True
        messages.success(request, _("库存已调整，现有 %(count)d 件") % {"count": after})
        return True


class StockMoveAdmin(ReadOnlyAdmin):
    """Every movement of stock."""

    list_display = ("at", "kind", "sku_code", "signed", "ref", "reason", "who")
    list_filter = ("kind", "at")
    list_select_related = ("stock_item__sku",)
    search_fields = ("ref", "stock_item__sku__code")
    search_help_text = _("单据或 SKU 编码")
    ordering = ("-pk",)
    fields = ("at", "kind", "sku_code", "signed", "ref", "reason", "who")
    readonly_fields = fields

    @display(description=_("SKU 编码"), ordering="stock_item__sku__code")
    def sku_code(self, move: StockMove) -> str:
        """Show the SKU code."""
        return move.stock_item.sku.code

    @display(description=_("变动"), ordering="quantity")
    def signed(self, move: StockMove) -> str:
        """Show the change with its sign."""
        return f"{move.quantity:+d}"

    @display(description=_("操作人"))
    def who(self, move: StockMove) -> Any:
        """Show who did it."""
        return actor_name(move.actor)


class ReservationAdmin(ReadOnlyAdmin):
    """Units held for orders."""

    list_display = ("ref", "sku_code", "quantity", "state", "expires_at", "held_since")
    list_filter = ("state",)
    list_select_related = ("stock_item__sku",)
    search_fields = ("ref", "stock_item__sku__code")
    search_help_text = _("订单号或 SKU 编码")
    ordering = ("-pk",)
    fields = ("ref", "sku_code", "quantity", "state", "expires_at")
    readonly_fields = fields

    @display(description=_("SKU 编码"), ordering="stock_item__sku__code")
    def sku_code(self, hold: Reservation) -> str:
        """Show the SKU code."""
        return hold.stock_item.sku.code

    @display(description=_("占用时间"), ordering="created_at")
    def held_since(self, hold: Reservation) -> datetime:
        """Show since when the units are held."""
        return hold.created_at
