"""Stock levels: a list, the page of an item, and a page that changes many."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import SimpleListFilter, action
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.catalog.admin_lists import CategoryFilter
from shop.core.admin_base import Change, ReadOnlyAdmin, actor_of, may_write
from shop.core.base import key_of
from shop.core.errors import ShopError
from shop.inventory import counting, levels
from shop.inventory.admin.forms import AdjustForm, BulkForm, LevelsForm
from shop.inventory.models import Reservation, StockItem
from shop.jobs.admin_export import ExportAdmin
from shop.orders.models import Order

RECENT = 20
MOST_AT_ONCE = 100
SHOWN = ("on_hand", "safety", "low_at")


class LevelFilter(SimpleListFilter):
    """Stock that is gone or nearly so."""

    title = _("可售")
    parameter_name = "left"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the levels."""
        return [("0", _("没有可售")), ("low", _("低库存"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return items that are gone, or that warn."""
        if self.value() == "0":
            return queryset.filter(left__lte=0)
        return queryset.filter(warning_at__gt=0, left__lte=F("warning_at")) if self.value() == "low" else queryset


class StockCategoryFilter(CategoryFilter):
    """Stock of the products of a category or of any below it."""

    place = "sku__product__category"


class StockItemAdmin(ExportAdmin, ReadOnlyAdmin):
    """Stock levels; every change goes through the services."""

    list_display = ("product", "sku_code", "left_units", "on_hand", "reserved", "safety", "warning")
    list_filter = (LevelFilter, StockCategoryFilter)
    list_select_related = ("sku__product", "warehouse")
    search_fields = ("sku__code", "sku__product__title", "sku__barcode")
    search_help_text = _("SKU 编码、商品标题或条形码")
    ordering = ("-sku__product_id", "sku__position", "pk")
    actions = ("change_many", "count_them", "export_rows", "export_csv")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the items of live SKUs with what may be sold of each."""
        return super().get_queryset(request).live()

    @display(description=_("商品"), header=True, ordering="sku__product__title")
    def product(self, item: StockItem) -> list[Any]:
        """Show the product and the options."""
        return [item.sku.product.title, item.sku.option_text]

    @display(description=_("SKU 编码"), ordering="sku__code")
    def sku_code(self, item: StockItem) -> str:
        """Show the SKU code."""
        return item.sku.code

    @display(description=_("可售"), ordering="left", label={"gone": "danger", "low": "warning", "fine": "success"})
    def left_units(self, item: Any) -> tuple[str, str]:
        """Show how many units may be sold, coloured when few."""
        state = "gone" if not item.available else "low" if item.left <= item.warning_at else "fine"
        return state, str(item.available)

    @display(description=_("预警线"), ordering="warning_at", empty_value="—")
    def warning(self, item: Any) -> int | None:
        """Show at how many units the shop is warned."""
        return item.warning_at or None

    def has_adjust_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may change stock, and the shop's state lets anybody."""
        return may_write(request.path) and request.user.has_perm("inventory.change_stockitem")

    def has_count_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may start a count."""
        return may_write(request.path) and request.user.has_perm("inventory.add_countsheet")

    @action(description=_("批量调整"), permissions=["adjust"])
    def change_many(self, request: HttpRequest, items: QuerySet[StockItem]) -> HttpResponse | None:
        """Open the page that changes the chosen items."""
        chosen = list(items.values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            messages.error(request, _("一次最多调整 100 个规格，请分几次选择"))
            return None
        return HttpResponseRedirect(f"{self.page('bulk')}?ids={','.join(map(str, chosen))}")

    @action(description=_("盘点选中的"), permissions=["count"])
    def count_them(self, request: HttpRequest, items: QuerySet[StockItem]) -> HttpResponse | None:
        """Start a count of the chosen items."""
        codes = list(items.values_list("sku__code", flat=True)[: counting.MOST_LINES + 1])
        try:
            with transaction.atomic():
                sheet = counting.start_count(counting.Scope(codes=codes), note="", actor=actor_of(request))
                self.record(request, sheet, "count.start", Change({}, {"lines": len(codes)}))
        except ShopError as error:
            messages.error(request, str(error.message))
            return None
        return HttpResponseRedirect(reverse("admin:inventory_countsheet_change", args=[sheet.pk]))

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with the one that changes many items before them."""
        view = self.admin_site.admin_view(self.bulk_view)
        return [path("bulk/", view, name="inventory_stockitem_bulk"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the page of one item, or change its stock or its levels."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        item = self.get_object(request, object_id)
        if item is None:
            raise Http404
        posts = request.method == "POST"
        if posts and not self.has_adjust_permission(request):
            raise PermissionDenied
        sets_levels = posts and "levels" in request.POST
        form = AdjustForm(request.POST if posts and not sets_levels else None)
        level_form = LevelsForm(request.POST if sets_levels else None, instance=item)
        if posts and self._saved(request, item, level_form if sets_levels else form):
            return HttpResponseRedirect(self.page("change", item.pk))
        context = {"title": item.sku.product.title, "item": item, "form": form, "level_form": level_form}
        return self._answer(request, "stock_item", {**context, **_history(item)})

    def _saved(self, request: HttpRequest, item: StockItem, form: Any) -> bool:
        """Do what a valid form of the item's page asks; False when it or the service refused."""
        if not form.is_valid():
            return False
        if isinstance(form, LevelsForm):
            return self._write(request, form, {}, _changed(form, item, "safety"), _changed(form, item, "low_at"))
        return self._write(request, form, {item.pk: form.cleaned_data["delta"]}, {}, {})

    def bulk_view(self, request: HttpRequest) -> HttpResponse:
        """Return the page that changes several items, or change them: all or none."""
        if not self.has_view_permission(request) or not self.has_adjust_permission(request):
            raise PermissionDenied
        wanted = list(filter(None, map(key_of, request.GET.get("ids", "").split(","))))
        items = list(self.get_queryset(request).select_related("sku__product").filter(pk__in=wanted[:MOST_AT_ONCE]))
        if not items:
            return HttpResponseRedirect(self.page("changelist"))
        form = BulkForm(items, request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            deltas = {item: units for item, units in form.changed("delta").items() if units}
            safety = {item: units or 0 for item, units in form.changed("safety").items()}
            if self._write(request, form, deltas, safety, form.changed("low")):
                return HttpResponseRedirect(self.page("changelist"))
        return self._answer(request, "stock_bulk", {"title": _("批量调整"), "form": form})

    def _answer(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts}
        frame["may_adjust"] = self.has_adjust_permission(request)
        return TemplateResponse(request, f"admin/inventory/{template}.html", {**frame, **context})

    def _write(self, request: HttpRequest, form: Any, deltas: Any, safety: Any, low: Any) -> bool:
        """Change units, what is kept back and warnings in one transaction; False when the form says why not."""
        touched = sorted({*deltas, *safety, *low})
        try:
            with transaction.atomic():
                before = _values(touched)
                if deltas:
                    levels.adjust(deltas, form.why, ref=form.cleaned_data["ref"], actor=actor_of(request))
                levels.keep_back(safety)
                levels.warn_at(low)
                self._record_all(
                    request, before, {} if not deltas else {"cause": form.why.cause, "note": form.why.note}
                )
        except levels.BelowReserved as error:
            names = StockItem.objects.filter(pk__in=error.detail["items"]).values_list("sku__code", flat=True)
            form.add_error(None, f"{error.message}：{'、'.join(names)}")
            return False
        except ShopError as error:
            form.add_error(None, str(error.message))
            return False
        except IntegrityError:
            messages.info(request, _("这次调整已经保存过"))
            return True
        messages.success(request, _("已保存 %(count)d 个规格的库存") % {"count": len(touched)})
        return True

    def _record_all(self, request: HttpRequest, before: dict[int, dict[str, Any]], why: dict[str, str]) -> None:
        after = _values(list(before))
        for item in StockItem.objects.filter(pk__in=before).select_related("sku"):
            old, new = before[item.pk], after[item.pk]
            names = [name for name in SHOWN if old[name] != new[name]]
            moved = "on_hand" in names
            change = Change({name: old[name] for name in names}, {name: new[name] for name in names})
            if moved:
                change = Change(change.before, {**change.after, **why})
            if names:
                self.record(request, item, "stock.adjust" if moved else "stock.levels", change)


def _values(items: list[int]) -> dict[int, dict[str, Any]]:
    return {row["pk"]: row for row in StockItem.objects.filter(pk__in=items).values("pk", *SHOWN)}


def _changed(form: Any, item: StockItem, name: str) -> dict[int, Any]:
    return {item.pk: form.cleaned_data[name]} if name in form.changed_data else {}


def _history(item: StockItem) -> dict[str, Any]:
    """Return the newest movements of an item, and what is held of it for which order."""
    holds = list(item.reservations.filter(state=Reservation.State.HELD).order_by("expires_at", "pk")[:RECENT])
    orders = dict(Order.objects.filter(number__in=[hold.ref for hold in holds]).values_list("number", "pk"))
    return {
        "moves": item.moves.with_balance().order_by("-pk")[:RECENT],
        "holds": [{"hold": hold, "order": orders.get(hold.ref)} for hold in holds],
    }
