"""Count sheets: a list, what to count, and a page to type what was found, at a desk or on a phone."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import F, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.core.admin_base import Change, ShopModelAdmin, actor_of
from shop.core.admin_fields import actor_name
from shop.core.base import key_of
from shop.core.errors import ShopError
from shop.inventory import counting
from shop.inventory.admin.forms import CountFileForm, StartForm
from shop.inventory.admin.ledger import XLSX
from shop.inventory.count_files import read_counts, sheet_file
from shop.inventory.models import CountLine, CountSheet
from shop.orders.models import Order, OrderLine

PAGE = 50
SHOWS = ("all", "open", "counted", "different")
# What the page's script says.
WORDS = {
    "counted": _("实盘"),
    "failed": _("没有保存，请再试一次"),
    "offline": _("网络不通，没有保存，请再试一次"),
}
State = CountSheet.State


class CountSheetAdmin(ShopModelAdmin):
    """Stock counts."""

    list_display = ("number", "state_label", "progress", "difference", "note", "who", "created_at")
    list_filter = ("state", "created_at")
    search_fields = ("number", "note")
    search_help_text = _("单号或说明")
    ordering = ("-pk",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: a sheet that is not wanted is thrown away with a button, and stays to be seen."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the sheets with how far each is."""
        return super().get_queryset(request).with_progress()

    @display(
        description=_("状态"),
        ordering="state",
        label={State.DRAFT: "warning", State.APPLIED: "success", State.CANCELLED: "default"},
    )
    def state_label(self, sheet: CountSheet) -> tuple[str, Any]:
        """Show the state with its colour."""
        return sheet.state, sheet.get_state_display()

    @display(description=_("已盘"))
    def progress(self, sheet: Any) -> str:
        """Show how many lines are counted."""
        return f"{sheet.counted_count} / {sheet.line_count}"

    @display(description=_("差异"))
    def difference(self, sheet: Any) -> str:
        """Show the units found more and fewer."""
        return f"+{sheet.more} / {sheet.fewer}" if sheet.more or sheet.fewer else "0"

    @display(description=_("建单人"), ordering="actor")
    def who(self, sheet: CountSheet) -> Any:
        """Show who began it."""
        return actor_name(sheet.actor)

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with those of a sheet's work before them."""
        pages = (("count", self.count_view), ("file", self.file_view), ("upload", self.upload_view))
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"inventory_countsheet_{name}")
            for name, view in pages
        ]
        return own + super().get_urls()

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Return the form that starts a count, or start it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = StartForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                with transaction.atomic():
                    sheet = counting.start_count(form.scope, note=form.cleaned_data["note"], actor=actor_of(request))
                    self.record(request, sheet, "count.start", Change({}, {"lines": sheet.lines.count()}))
            except ShopError as error:
                form.add_error("codes" if error.code == "sku_unknown" else None, str(error.message))
            else:
                return HttpResponseRedirect(self.page("change", sheet.pk))
        return self._answer(request, "count_start", {"title": _("新建盘点"), "form": form})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the page of a sheet; save the numbers typed on it, book it, or throw it away."""
        sheet = self._sheet(request, object_id)
        if request.method == "POST":
            self._may_change(request)
            if self._done(request, sheet):
                return HttpResponseRedirect(request.get_full_path())
            sheet = self._sheet(request, object_id)
        return self._answer(request, "count_sheet", self._page_of(request, sheet))

    def _done(self, request: HttpRequest, sheet: CountSheet) -> bool:
        """Do what the pressed button says; False when it was refused and a message says why."""
        button = next((name for name in ("apply", "cancel") if name in request.POST), "save")
        try:
            if button != "cancel":  # kept even when booking is refused
                self._save_page(request, sheet)
            with transaction.atomic():
                if button == "apply":
                    differences = counting.apply_count(sheet, actor=actor_of(request))
                    total = {"lines": len(differences), "units": sum(differences.values())}
                    self.record(request, sheet, "count.apply", Change({}, total))
                elif button == "cancel":
                    counting.cancel_count(sheet, actor=actor_of(request))
                    self.record(request, sheet, "count.cancel", Change({}, {}))
        except ShopError as error:
            messages.error(request, _refusal(error, sheet))
            return False
        texts = {"apply": _("已入账，库存已更新"), "cancel": _("盘点单已作废，库存没有变"), "save": _("已保存")}
        messages.success(request, texts[button])
        return True

    @transaction.atomic
    def _save_page(self, request: HttpRequest, sheet: CountSheet) -> None:
        """Write the numbers of the page that are not those which it showed."""
        typed = {name[5:]: str(text).strip() for name, text in request.POST.items() if name.startswith("item_")}
        changed = {item: text for item, text in typed.items() if text != request.POST.get(f"was_{item}", "")}
        if bad := [text for text in changed.values() if text and not _is_count(text)]:
            raise ShopError("count_invalid", _("“%(text)s”不是数量，请填整数") % {"text": bad[0][:20]}, status=422)
        found = {key: text for item, text in changed.items() if (key := key_of(item))}
        cleared = [item for item, text in found.items() if not text]
        counts = {item: int(text) for item, text in found.items() if text}
        if cleared:
            counting.clear_counts(sheet, cleared)
        if counts:
            counting.save_counts(sheet, counts, actor=actor_of(request))

    def count_view(self, request: HttpRequest, pk: int) -> JsonResponse:
        """Save one number at once (`item` or scanned `code`, `units`), or look a scanned code up.

        With `add` the units join those that were found, once for each `ref`. The answer is the line as it stands now,
        or `{"error": text}`.
        """
        sheet = self._sheet(request, str(pk))
        self._may_change(request)
        if request.method != "POST":
            raise Http404
        line = _line(sheet, request.POST)
        if line is None:
            return JsonResponse({"error": str(_("这张盘点单里没有这个商品"))}, status=404)
        units, ref = request.POST.get("units", ""), request.POST.get("ref", "")
        try:
            if _is_count(units) and "add" in request.POST:
                counting.add_scanned(sheet, line.stock_item_id, int(units), ref=ref, actor=actor_of(request))
            elif _is_count(units):
                counting.save_counts(sheet, {line.stock_item_id: int(units)}, actor=actor_of(request))
            elif "units" in request.POST and not units:
                counting.clear_counts(sheet, [line.stock_item_id])
            elif "units" in request.POST:
                raise ShopError("count_invalid", _("“%(text)s”不是数量，请填整数") % {"text": units[:20]}, status=422)
        except ShopError as error:
            return JsonResponse({"error": str(error.message)}, status=error.status)
        line.refresh_from_db()
        return JsonResponse(_line_json(line))

    def file_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the sheet as XLSX to count with."""
        sheet = self._sheet(request, str(pk))
        headers = {"Content-Disposition": f'attachment; filename="{sheet.number}.xlsx"'}
        return HttpResponse(sheet_file(sheet), content_type=XLSX, headers=headers)

    def upload_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the form that takes a filled-in file, or take it: all of its rows or none."""
        sheet = self._sheet(request, str(pk))
        self._may_change(request)
        posts = request.method == "POST"
        form = CountFileForm(request.POST, request.FILES) if posts else CountFileForm()
        rows: Any = ()
        if posts and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                with transaction.atomic():
                    counts = read_counts(sheet, file.file, file.name)
                    at_opening = form.cleaned_data["moment"] == "opening"
                    counting.save_counts(sheet, counts, actor=actor_of(request), at_opening=at_opening)
                    self.record(request, sheet, "count.import", Change({}, {"lines": len(counts)}))
            except ShopError as error:
                form.add_error(None, str(error.message))
                rows = error.detail.get("rows", ())
            else:
                messages.success(request, _("已导入 %(count)d 行数量") % {"count": len(counts)})
                return HttpResponseRedirect(self.page("change", sheet.pk))
        context = {"title": _("导入盘点数量"), "sheet": sheet, "form": form, "rows": rows}
        return self._answer(request, "count_upload", context)

    def _sheet(self, request: HttpRequest, pk: str) -> Any:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = self.get_queryset(request).filter(pk=key_of(pk)).first()
        if found is None:
            raise Http404
        return found

    def _may_change(self, request: HttpRequest) -> None:
        if not self.has_change_permission(request):
            raise PermissionDenied

    def _answer(self, request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "list_address": self.page("changelist")}
        return TemplateResponse(request, f"admin/inventory/{template}.html", {**frame, **context})

    def _page_of(self, request: HttpRequest, sheet: Any) -> dict[str, Any]:
        show = request.GET.get("show", "all")
        page = Paginator(_lines(sheet, show, request.GET.get("q", "").strip()), PAGE).get_page(request.GET.get("p"))
        waiting = _waiting([line.stock_item.sku_id for line in page.object_list])
        short = set(sheet.lines.short().values_list("pk", flat=True)) if sheet.state == State.DRAFT else set()
        rows = [
            {"line": line, "waiting": waiting.get(line.stock_item.sku_id, 0), "short": line.pk in short}
            for line in page.object_list
        ]
        return {
            "title": sheet.number,
            "sheet": sheet,
            "rows": rows,
            "page": page,
            "show": show if show in SHOWS else "all",
            "query": request.GET.get("q", "").strip(),
            "tabs": [("all", _("全部")), ("open", _("未盘")), ("counted", _("已盘")), ("different", _("有差异"))],
            "is_open": sheet.state == State.DRAFT and self.has_change_permission(request),
            "short": len(short),
            "words": {name: str(text) for name, text in WORDS.items()},
        }


def _lines(sheet: CountSheet, show: str, query: str) -> QuerySet[Any]:
    lines = sheet.lines.with_difference().select_related("stock_item__sku__product")
    if query:
        sku = "stock_item__sku__"
        lines = lines.filter(
            Q(**{f"{sku}code": query}) | Q(**{f"{sku}barcode": query}) | Q(**{f"{sku}product__title__icontains": query})
        )
    kinds = {
        "open": Q(counted=None),
        "counted": Q(counted__isnull=False),
        "different": Q(counted__isnull=False) & ~Q(counted=F("expected")),
    }
    lines = lines.filter(kinds[show]) if show in kinds else lines
    return lines.order_by("stock_item__sku__product__title", "stock_item__sku__position", "pk")


def _waiting(skus: list[int]) -> dict[int, int]:
    """Return how many units of each SKU were paid for and still stand on the shelf: they are not counted."""
    waiting = OrderLine.objects.filter(sku__in=skus, order__state=Order.State.TO_SHIP, order__is_sandbox=False)
    left = Sum(F("quantity") - F("refunded_quantity") - F("shipped_quantity"))
    return {sku: units for sku, units in waiting.values_list("sku").annotate(left=left) if units}


def _line(sheet: CountSheet, values: Any) -> CountLine | None:
    if code := values.get("code", "").strip()[:80]:
        return counting.find_line(sheet, code)
    return sheet.lines.filter(stock_item=key_of(values.get("item", ""))).first()


def _line_json(line: CountLine) -> dict[str, Any]:
    sku = line.stock_item.sku
    return {
        "item": line.stock_item_id,
        "title": f"{sku.product.title} {sku.option_text}".strip(),
        "code": sku.code,
        "expected": line.expected,
        "counted": line.counted,
        "difference": None if line.counted is None else line.counted - line.expected,
    }


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 7


def _refusal(error: ShopError, sheet: CountSheet) -> str:
    """Return the refusal in words, with the SKUs it is about."""
    items = error.detail.get("items")
    if error.code != "stock_below_reserved" or not items:
        return str(error.message)
    codes = list(sheet.lines.filter(stock_item__in=items).values_list("stock_item__sku__code", flat=True)[:20])
    text = _("没有入账：%(codes)s 入账后会少于订单已占用的数量。请先处理这些订单，或者清空这几行再入账。")
    return text % {"codes": "、".join(codes)}
