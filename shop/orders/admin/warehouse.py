"""Pages of the warehouse: the sheet that ships many orders, and the papers to print."""

from typing import Any

import segno
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from shop.core.admin_base import Change, ShopModelAdmin
from shop.core.base import key_of
from shop.core.errors import ShopError
from shop.core.models import ShopSettings
from shop.fulfilment import sheets
from shop.fulfilment.printing import note_of, picks_of
from shop.jobs import services as jobs
from shop.jobs.admin import job_address
from shop.orders.admin.contact import contact_of, sees_contact
from shop.orders.models import Order
from tenants.context import require_shop

MOST_PRINTED = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetForm(forms.Form):
    """The filled-in sheet."""

    file = forms.FileField(
        label=_("填好的表格"),
        error_messages={"required": _("请选择填好的表格"), "empty": _("这个文件是空的")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv", "class": "weipu-files"}),
    )


def ship_sheet_view(page: ShopModelAdmin, request: HttpRequest) -> HttpResponse:
    """Return the page of the shipping sheet, the sheet itself (`?download`), or ship what was uploaded."""
    if not request.user.has_perm("fulfilment.add_package"):
        raise PermissionDenied
    if "download" in request.GET:
        return _sheet(page, request)
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    if request.method == "POST" and form.is_valid() and (address := _started(request, form)):
        return HttpResponseRedirect(address)
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("用表格发货"),
        "form": form,
        "waiting": Order.objects.counts()[Order.State.TO_SHIP],
        "most": sheets.MOST_ROWS,
        "list_address": page.page("changelist"),
    }
    return TemplateResponse(request, "admin/orders/ship_sheet.html", context)


def _waiting(request: HttpRequest, most: int) -> list[Order]:
    """Return the orders that the address names, else the oldest ones that wait to be shipped."""
    orders = Order.objects.prefetch_related("lines")
    if asked := request.GET.get("ids", ""):
        keys = list(filter(None, map(key_of, asked.split(",")[:most])))
        return list(orders.filter(pk__in=keys).order_by("pk"))
    return list(orders.in_state(Order.State.TO_SHIP).order_by("pk")[:most])


def _sheet(page: ShopModelAdmin, request: HttpRequest) -> HttpResponse:
    orders = _waiting(request, sheets.MOST_ROWS)
    data = sheets.sheet_to_ship(orders, lambda order: contact_of(order, request.user))
    _record(page, request, "order.sheet", orders)
    return _file(data, XLSX, f"{_('待发货')}-{timezone.localtime():%Y%m%d-%H%M}.xlsx")


def _record(page: ShopModelAdmin, request: HttpRequest, action: str, orders: list[Order]) -> None:
    """Say in the audit log who took whose addresses out of the shop."""
    after = {"orders": [order.number for order in orders], "with_contact": sees_contact(request.user)}
    page.record(request, request.user, action, Change({}, after))  # type: ignore[arg-type]


def _file(data: bytes, kind: str, name: str, *, shown: bool = False) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition_header(not shown, name) or "", "Cache-Control": "no-store"}
    return HttpResponse(data, content_type=kind, headers=headers)


def _started(request: HttpRequest, form: SheetForm) -> str:
    """Start the job for the file and return its page; "" when the file is no such sheet and the form says why."""
    upload = form.cleaned_data["file"]
    try:
        rows = len(sheets.rows_of(sheets.open_sheet(upload, upload.name)))
        if not rows:
            raise ShopError("file_invalid", _("表格里还没有填运单号"))
    except ShopError as error:
        form.add_error("file", str(error.message))
        return ""
    upload.seek(0)
    at_once = rows <= sheets.AT_ONCE_ROWS
    return job_address(jobs.start("fulfilment.ship_sheet", user=request.user, upload=upload, at_once=at_once))


def print_view(page: ShopModelAdmin, request: HttpRequest) -> HttpResponse:
    """Return delivery notes (`kind=notes`) or a picking list (`kind=picking`), as a page to print or `as=pdf`."""
    if not page.has_view_permission(request):
        raise PermissionDenied
    orders = _waiting(request, MOST_PRINTED)
    is_picking = request.GET.get("kind") == "picking"
    _record(page, request, "order.print", orders)
    papers = _picking(request, orders) if is_picking else _notes(request, orders)
    if isinstance(papers, HttpResponse):
        return papers
    pdf = request.GET.copy()
    pdf["as"] = "pdf"
    context = {
        **papers,
        "shop_name": require_shop().name,
        "now": timezone.localtime(),
        "orders": orders,
        "pdf_address": f"?{pdf.urlencode()}",
        "list_address": page.page("changelist"),
    }
    return TemplateResponse(request, "admin/orders/print.html", context)


def _picking(request: HttpRequest, orders: list[Order]) -> HttpResponse | dict[str, Any]:
    picks = picks_of(orders, personal=sees_contact(request.user))
    if request.GET.get("as") != "pdf":
        return {"title": _("拣货单"), "picks": picks, "units": sum(pick.units for pick in picks)}
    from shop.fulfilment.printing.picking_list import picking_list_pdf

    data = picking_list_pdf(picks, orders=len(orders), shop_name=require_shop().name)
    return _file(data, "application/pdf", f"{_('拣货单')}.pdf", shown=True)


def _notes(request: HttpRequest, orders: list[Order]) -> HttpResponse | dict[str, Any]:
    user = request.user
    notes = [note_of(order, contact_of(order, user), personal=sees_contact(user)) for order in orders]
    service_phone = ShopSettings.objects.values_list("service_phone", flat=True).get(pk=1)
    if request.GET.get("as") != "pdf":
        shown = [(note, segno.make(note.number, micro=False).svg_inline(scale=3, border=0)) for note in notes]
        return {"title": _("发货单"), "notes": shown, "service_phone": service_phone}
    from shop.fulfilment.printing.delivery_notes import delivery_notes_pdf

    data = delivery_notes_pdf(notes, shop_name=require_shop().name, service_phone=service_phone)
    return _file(data, "application/pdf", f"{_('发货单')}.pdf", shown=True)
