"""What is held for which order, and until when."""

from datetime import datetime
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.core.admin_base import ReadOnlyAdmin
from shop.inventory.models import Reservation
from shop.orders.models import Order


class HeldFilter(SimpleListFilter):
    """What is held now, unless another state is asked for."""

    title = _("状态")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the states that are over."""
        return [state for state in Reservation.State.choices if state[0] != Reservation.State.HELD]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows in the chosen state."""
        return queryset.filter(state=self.value() or Reservation.State.HELD)

    def choices(self, changelist: Any) -> Any:
        """Name the usual list."""
        first, *others = super().choices(changelist)
        return [{**first, "display": Reservation.State.HELD.label}, *others]


class ReservationAdmin(ReadOnlyAdmin):
    """Units held for orders."""

    list_display = ("order_link", "product", "quantity", "held_since", "held_until", "state")
    list_filter = (HeldFilter,)
    list_select_related = ("stock_item__sku__product",)
    list_before_template = "admin/inventory/hold_totals.html"
    search_fields = ("ref", "stock_item__sku__code", "stock_item__sku__product__title")
    search_help_text = _("订单号、SKU 编码或商品标题")
    ordering = ("expires_at", "-pk")
    fields = ("order_link", "product", "quantity", "state", "held_since", "held_until")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the holds, each with its order."""
        orders = Order.objects.filter(number=OuterRef("ref")).values("pk")
        return super().get_queryset(request).annotate(order=Subquery(orders[:1]))

    def get_list_display(self, request: HttpRequest) -> Any:
        """Return the columns; the order's number leads to the order only those who may see orders."""
        shown = list(self.list_display)
        return shown if request.user.has_perm("orders.view_order") else ["ref", *shown[1:]]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Return the list below its totals."""
        return super().changelist_view(request, {"totals": Reservation.objects.totals(), **(extra_context or {})})

    @display(description=_("订单"), ordering="ref")
    def order_link(self, hold: Any) -> str:
        """Show the order, with a link."""
        if hold.order is None:
            return hold.ref
        address = reverse("admin:orders_order_change", args=[hold.order])
        return format_html('<a class="weipu-link" href="{}">{}</a>', address, hold.ref)

    @display(description=_("商品"), header=True, ordering="stock_item__sku__code")
    def product(self, hold: Reservation) -> list[Any]:
        """Show the product, its options and the SKU code."""
        sku = hold.stock_item.sku
        return [sku.product.title, f"{sku.option_text} · {sku.code}".removeprefix(" · ")]

    @display(description=_("占用时间"), ordering="created_at")
    def held_since(self, hold: Reservation) -> datetime:
        """Show since when the units are held."""
        return hold.created_at

    @display(description=_("占用到"), ordering="expires_at")
    def held_until(self, hold: Reservation) -> Any:
        """Show when the hold ends by itself."""
        return hold.expires_at or _("付款或取消为止")
