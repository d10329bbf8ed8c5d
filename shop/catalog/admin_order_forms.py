"""Order forms in the back office: which products ask something, and the page that says what."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms import BaseFormSet, formset_factory
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from shop.catalog.models import Product
from shop.catalog.order_form import LONGEST_KEY, MOST_FIELDS, FieldKind, FormField, form_of
from shop.catalog.services.order_forms import save_order_form
from shop.core.admin_base import Change, ReadOnlyAdmin, may_write
from shop.core.base import key_of
from shop.core.errors import ShopError


class QuestionForm(forms.Form):
    """One question; a row without a label is left out."""

    label = forms.CharField(label=_("名称"), required=False, widget=UnfoldAdminTextInputWidget)
    kind = forms.ChoiceField(label=_("类型"), choices=FieldKind.choices, widget=UnfoldAdminSelectWidget)
    hint = forms.CharField(label=_("提示"), required=False, widget=UnfoldAdminTextInputWidget)
    choices = forms.CharField(
        label=_("选项"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("每行一个"),
    )
    least = forms.IntegerField(label=_("最小值"), required=False, widget=UnfoldAdminIntegerFieldWidget)
    most = forms.IntegerField(label=_("最大值"), required=False, widget=UnfoldAdminIntegerFieldWidget)
    longest = forms.IntegerField(
        label=_("最多字数"), required=False, widget=UnfoldAdminIntegerFieldWidget, help_text=_("不填是 100 字")
    )
    required = forms.BooleanField(label=_("必填"), required=False, widget=UnfoldBooleanWidget)
    is_personal = forms.BooleanField(
        label=_("个人信息"), required=False, widget=UnfoldBooleanWidget, help_text=_("加密保存，只给处理订单的员工看")
    )
    position = forms.IntegerField(required=False, widget=forms.HiddenInput)  # the page numbers its rows
    key = forms.CharField(required=False, max_length=LONGEST_KEY, widget=forms.HiddenInput)

    def field(self) -> FormField:
        """Return the question."""
        values = self.cleaned_data
        kind = values["kind"]
        rows = [row.strip() for row in values["choices"].splitlines()]
        is_number = kind == FieldKind.NUMBER
        most = values["most"] if is_number else values["longest"] if kind == FieldKind.TEXT else None
        return FormField(
            key=values["key"],
            label=values["label"],
            kind=kind,
            hint=values["hint"],
            required=values["required"],
            is_personal=values["is_personal"],
            choices=tuple(row for row in rows if row) if kind == FieldKind.CHOICE else (),
            least=values["least"] if is_number else None,
            most=most,
        )


Questions = formset_factory(QuestionForm, extra=0, max_num=MOST_FIELDS, validate_max=True, can_delete=True)


def _initial(product: Product) -> list[dict[str, Any]]:
    rows = []
    for position, field in enumerate(form_of(product), start=1):
        is_number = field.kind == FieldKind.NUMBER
        rows.append(
            {
                "key": field.key,
                "label": field.label,
                "kind": field.kind,
                "hint": field.hint,
                "choices": "\n".join(field.choices),
                "least": field.least,
                "most": field.most if is_number else None,
                "longest": None if is_number else field.most,
                "required": field.required,
                "is_personal": field.is_personal,
                "position": position,
            }
        )
    return rows


class AskedFilter(SimpleListFilter):
    """Products that ask something, and those that do not."""

    title = _("下单表单")
    parameter_name = "asked"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two choices."""
        return [("1", _("有表单")), ("0", _("没有表单"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return products with, or without, a form."""
        choice = self.value()
        return (
            queryset.exclude(order_form=[]) if choice == "1" else queryset.filter(order_form=[]) if choice else queryset
        )


class OrderFormAdmin(ReadOnlyAdmin):
    """What products ask of whoever orders them; whoever may change the product may change its form."""

    list_display = ("product", "questions")
    list_filter = (AskedFilter,)
    search_fields = ("title", "code")
    search_help_text = _("标题或商品编码")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the products that are not archived."""
        return super().get_queryset(request).filter(archived_at=None)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may see products."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may see products."""
        return bool(request.user.has_perm("catalog.view_product"))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return whether the user may change products, and the shop's state lets anybody."""
        return bool(may_write(request.path) and request.user.has_perm("catalog.change_product"))

    @display(description=_("商品"), header=True)
    def product(self, product: Product) -> list[Any]:
        """Show title and code."""
        return [product.title, product.code]

    @display(description=_("要买家填写"))
    def questions(self, product: Product) -> str:
        """Show what is asked."""
        return "、".join(row["label"] for row in product.order_form) or "—"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the page of a product's form, or save it."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        product = Product.objects.filter(pk=key_of(object_id)).first()
        if product is None:
            raise Http404
        posts = request.method == "POST"
        if posts and not self.has_change_permission(request):
            raise PermissionDenied
        rows = Questions(request.POST if posts else None, initial=_initial(product), prefix="fields")
        rows.extra = 0 if product.order_form else 1
        problem = ""
        if posts and rows.is_valid():
            problem = self._saved(request, product, rows)
            if not problem:
                return HttpResponseRedirect(self.page("change", product.pk))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": product.title,
            "product": product,
            "rows": rows,
            "problem": problem,
            "before": request.POST.get("before") if posts else json.dumps(product.order_form, ensure_ascii=False),
            "may_edit": self.has_change_permission(request),
            "list_address": self.page("changelist"),
        }
        return TemplateResponse(request, "admin/catalog/order_form.html", context)

    def _saved(self, request: HttpRequest, product: Product, rows: BaseFormSet) -> str:
        """Save the form and return ""; what is wrong is said at its place, and what has none is returned."""
        kept = _kept(rows)
        before = _before(request.POST.get("before", ""))
        try:
            with transaction.atomic():
                save_order_form(product, [row.field() for row in kept], before=before)
                self.record(request, product, "order_form", _change(before, product.order_form))
        except ShopError as error:
            return _say(error, kept)
        messages.success(request, _("下单表单已保存"))
        return ""


def _kept(rows: BaseFormSet) -> list[Any]:
    """Return the rows with a label that are not to be deleted, in the order that their numbers say."""
    deleted = rows.deleted_forms
    kept = [row for row in rows.forms if row not in deleted and row.cleaned_data.get("label", "").strip()]
    numbers = {row: (row.cleaned_data["position"] or MOST_FIELDS + 1, at) for at, row in enumerate(kept)}
    return sorted(kept, key=lambda row: numbers[row])


def _before(text: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        return [{}]  # no form is stored like this, so the writer is told to look again
    return rows if isinstance(rows, list) else [{}]


def _change(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> Change:
    words = [[row["label"] for row in rows] for rows in (before, after)]
    return Change({"order_form": words[0]}, {"order_form": words[1]})


def _say(error: ShopError, kept: list[Any]) -> str:
    """Put each reason of a refusal to its field; return what belongs to none."""
    rest = []
    for place, reason in error.detail.items():
        index, _dot, name = place.removeprefix("fields[").partition("].")
        if not name:
            rest.append(str(reason))
            continue
        row = kept[int(index)]
        is_text = row.cleaned_data["kind"] == FieldKind.TEXT
        row.add_error("longest" if name == "most" and is_text else name, str(reason))
    return "；".join(rest) or str(error.message)
