"""Ordering for a customer: who, what, where to."""

from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from shop.core.admin_base import Change, ShopModelAdmin, actor_of, may_write
from shop.core.admin_fields import money
from shop.core.errors import ShopError
from shop.members.pasted import read_pasted
from shop.orders.admin.answering import AnswersForm
from shop.orders.admin.forms import AddressFields
from shop.orders.admin.offering import keys_of, offers, sku_named
from shop.orders.models import Order
from shop.orders.services import StaffOrder, Wanted, place_for_customer

ROWS = 3
MOST_ROWS = 50
COMBOBOX = {"role": "combobox", "aria-autocomplete": "list", "aria-expanded": "false"}


class GoodsForm(forms.Form):
    """One SKU, by its code, how many of it, and what its product asks."""

    code = forms.CharField(
        label=_("商品"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"class": "weipu-input", "autocomplete": "off", **COMBOBOX}),
    )
    quantity = forms.IntegerField(
        label=_("数量"),
        min_value=1,
        max_value=999,
        required=False,
        widget=forms.NumberInput(attrs={"class": "weipu-input", "inputmode": "numeric"}),
    )

    @cached_property
    def answers(self) -> AnswersForm | None:
        """Return the answers to the order form of the SKU that was typed; None when nothing is asked."""
        code = str(self["code"].value() or "").strip() if self.is_bound else ""
        sku = sku_named(code) if code else None
        if sku is None or not sku.product.order_form:
            return None
        return AnswersForm(sku, data=self.data, prefix=_answers_prefix(self.prefix))

    def is_valid(self) -> bool:
        """Return whether the row and its answers are right."""
        return all([super().is_valid(), self.answers is None or self.answers.is_valid()])


def _answers_prefix(row: Any) -> str:
    return f"{row}-answers"


GoodsFormSet = forms.formset_factory(GoodsForm, extra=ROWS, max_num=MOST_ROWS)


class StaffOrderForm(AddressFields):
    """The customer, the receiver and what was said."""

    buyer = forms.CharField(
        label=_("买家手机号"),
        max_length=20,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "tel"}),
        help_text=_("买家以后用这个手机号登录小程序，就能看到并支付这个订单"),
    )
    phone = forms.CharField(
        label=_("收货人手机号"),
        max_length=20,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "tel"}),
        help_text=_("和买家相同时可不填"),
    )
    remark = forms.CharField(
        label=_("买家留言"), max_length=200, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2})
    )
    token = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("buyer", "name", "phone", "province", "city", "district", "detail", "remark", "token")

    def clean(self) -> dict[str, Any]:
        """Return the values; a receiver without a number of their own has the buyer's."""
        values = super().clean() or self.cleaned_data
        values["phone"] = values.get("phone") or values.get("buyer", "")
        return values


def new_order_view(page: ShopModelAdmin, request: HttpRequest) -> HttpResponse:
    """Return the form of an order for a customer, or place it."""
    if not request.user.has_perm("orders.add_order") or not may_write(request.path):
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = StaffOrderForm(data, initial={"token": uuid4()})
    goods = GoodsFormSet(data, prefix="goods")
    if data is not None and _is_valid(form, goods) and (order := _placed(page, request, form, goods)):
        messages.success(request, _("订单已创建，买家付款前会保留库存"))
        return HttpResponseRedirect(page.page("change", order.pk))
    context = {
        **page.admin_site.each_context(request),
        "opts": page.opts,
        "title": _("代客下单"),
        "form": form,
        "goods": goods,
        "search_address": page.page("skus"),
        "asked_address": page.page("asked"),
        "list_address": page.page("changelist"),
    }
    return TemplateResponse(request, "admin/orders/new_order.html", context)


def _is_valid(form: StaffOrderForm, goods: Any) -> bool:
    """Return whether all that was typed is right; wrong answers, each marked at its field, are said above too."""
    valid = all([form.is_valid(), goods.is_valid()])
    if any(row.answers and row.answers.errors for row in goods):
        form.add_error(None, _("请把商品要求的信息填写完整"))
    return valid


def _placed(page: ShopModelAdmin, request: HttpRequest, form: StaffOrderForm, goods: Any) -> Order | None:
    """Place the order with its audit entry; None when it was refused and the form says why."""
    values = form.cleaned_data
    try:
        wanted = StaffOrder(values["buyer"], form.draft, _wanted(goods), values["remark"], forms=_answers(goods))
        with transaction.atomic():
            order = place_for_customer(wanted, values["token"], actor=actor_of(request))
            page.record(request, order, "order.create", Change({}, {"total": order.total, "channel": order.channel}))
    except ShopError as error:
        for name in [name for name in error.detail if name in form.fields]:
            form.add_error(name, error.detail[name])
        form.add_error(None, _reason(error))
        return None
    return order


def _reason(error: ShopError) -> str:
    """Return the refusal, with the SKUs of which not enough is left."""
    rows = [row for row in error.detail.get("skus", ()) if "available" in row]  # limits and forms say it themselves
    if not rows:
        return str(error.message)
    left = "；".join(
        str(_("%(code)s 还有 %(left)d 件") % {"code": row["code"], "left": row["available"]}) for row in rows
    )
    return f"{error.message}：{left}"


def _wanted(goods: Any) -> list[Wanted]:
    rows = [row.cleaned_data for row in goods if row.cleaned_data.get("code")]
    codes = {row["code"].strip(): row["quantity"] or 1 for row in rows}
    if len(codes) < len(rows):
        raise ShopError("twice", _("同一个商品请只填一行"))
    keys = keys_of(list(codes))
    if len(set(keys.values())) < len(keys):
        raise ShopError("twice", _("同一个商品请只填一行"))
    return [Wanted(keys[code], quantity) for code, quantity in codes.items()]


def _answers(goods: Any) -> dict[str, dict[str, str]]:
    """Return SKU key → field key → answer."""
    return {row.answers.sku.key: row.answers.cleaned_data for row in goods if row.answers}


def asked_view(page: ShopModelAdmin, request: HttpRequest) -> HttpResponse:
    """Return the empty fields of what the SKU `code` asks in the row `row`; nothing when it asks nothing."""
    if not request.user.has_perm("orders.add_order"):
        raise PermissionDenied
    sku = sku_named(request.GET.get("code", "").strip()[:80])
    prefix = _answers_prefix(f"goods-{request.GET.get('row', '')[:4]}")
    answers = AnswersForm(sku, prefix=prefix) if sku else ()
    return TemplateResponse(request, "admin/orders/goods_answers.html", {"answers": answers})


def skus_view(page: ShopModelAdmin, request: HttpRequest) -> JsonResponse:
    """Return the SKUs that may be sold and fit `q`."""
    if not request.user.has_perm("orders.add_order"):
        raise PermissionDenied
    shown = [
        {"code": sku.code, "label": f"{sku.product.title} {sku.option_text} {money(sku.price)}"}
        for sku in offers(request.GET.get("q", "").strip()[:60])
    ]
    return JsonResponse({"skus": shown})


def read_address_view(page: ShopModelAdmin, request: HttpRequest) -> JsonResponse:
    """Return the parts of the posted text as fields of an address; nothing when it holds neither phone nor region."""
    user = request.user
    if request.method != "POST" or not (user.has_perm("orders.add_order") or user.has_perm("orders.change_order")):
        raise PermissionDenied
    found = read_pasted(request.POST.get("text", ""))
    return JsonResponse({"found": found if found["phone"] or found["province"] else {}})
