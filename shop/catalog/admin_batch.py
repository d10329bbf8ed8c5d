"""Batch edit of products in the back office: choose, say what to change, look at it, do it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import action
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from shop.catalog.admin_widgets import category_choices
from shop.catalog.batch import ADD, PERCENT, SET, Edit
from shop.catalog.batch_job import fingerprint, living, plans
from shop.catalog.importing.summary import differences_report
from shop.catalog.models import Product
from shop.core.admin_base import may_write
from shop.core.errors import ShopError
from shop.core.money import parse_yuan
from shop.jobs import services as jobs
from shop.jobs.admin import job_address, own_job
from shop.jobs.models import Job

AT_ONCE = 300
MOST_SHOWN = 100
_MOST_UNITS = 10**6
_MOST_PERCENT = 1000


class EditForm(forms.Form):
    """What to change in the chosen products."""

    price_mode = forms.ChoiceField(
        label=_("价格"),
        choices=[("", _("不改")), (SET, _("改成（元）")), (ADD, _("加减金额（元）")), (PERCENT, _("按百分比加减"))],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    price = forms.CharField(
        label=_("价格的数值"),
        required=False,
        max_length=12,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        help_text=_("例如 99.00；加减时可以是 -5；百分比 -10 表示降价一成"),
    )
    stock_mode = forms.ChoiceField(
        label=_("库存"),
        choices=[("", _("不改")), (SET, _("每个 SKU 改成")), (ADD, _("每个 SKU 加减"))],
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    stock = forms.IntegerField(
        label=_("库存的数值"),
        required=False,
        min_value=-_MOST_UNITS,
        max_value=_MOST_UNITS,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "numeric"}),
    )
    category = forms.TypedChoiceField(
        label=_("分类"), coerce=int, empty_value=None, required=False, widget=UnfoldAdminSelectWidget
    )
    on_shelf = forms.TypedChoiceField(
        label=_("上架"),
        choices=[("", _("不改")), ("1", _("上架")), ("0", _("下架"))],
        coerce=lambda value: value == "1",
        empty_value=None,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, *args: Any, may_stock: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = category_choices(_("不改"))  # type: ignore[attr-defined]
        if not may_stock:
            del self.fields["stock_mode"], self.fields["stock"]

    def clean(self) -> dict[str, Any]:
        """Return the values with prices in fen or basis points; a way to change needs its number."""
        values = super().clean() or self.cleaned_data
        if mode := values.get("price_mode"):
            self._clean_price(mode, values.get("price", ""))
        mode, units = values.get("stock_mode"), values.get("stock")
        if mode and units is None and "stock" not in self.errors:
            self.add_error("stock", _("请填写数值"))
        elif mode == SET and (units or 0) < 0:
            self.add_error("stock", _("库存不能是负数"))
        chosen = ("price_mode", "stock_mode", "category", "on_shelf")
        if not self.errors and all(values.get(name) in {None, ""} for name in chosen):
            self.add_error(None, _("请至少选择一项要修改的内容"))
        return values

    def _clean_price(self, mode: str, text: str) -> None:
        sign = -1 if text.strip().startswith(("-", "−")) else 1
        try:
            amount = sign * parse_yuan(text.strip().lstrip("+-−¥").removesuffix("%"))
        except ValueError:
            self.add_error("price", _("请填写数值，最多两位小数"))
            return
        if mode == SET and amount < 1:
            self.add_error("price", _("价格不能低于 0.01 元"))
        if mode == PERCENT and abs(amount) > _MOST_PERCENT * 100:
            self.add_error("price", _("百分比最多 %(most)d") % {"most": _MOST_PERCENT})
        self.cleaned_data["price"] = amount

    def edit(self) -> Edit:
        """Return what the valid form says."""
        values = self.cleaned_data
        return Edit(
            price_mode=values["price_mode"],
            price=values["price"] if values["price_mode"] else 0,
            stock_mode=values.get("stock_mode") or "",
            stock=values.get("stock") or 0,
            category=values["category"],
            on_shelf=values["on_shelf"],
        )


class BatchAdmin:
    """Mixed into the page of products: the action and the page of a batch edit."""

    def get_urls(self) -> list[Any]:
        """Return the page of a batch before those of single products."""
        page = self.admin_site.admin_view(self.batch_page)  # type: ignore[attr-defined]
        own = [path("batch/<str:key>/", page, name="catalog_product_batch")]
        return own + super().get_urls()  # type: ignore[misc]

    @action(description=_("批量修改价格、库存、分类"), permissions=["change"])
    def batch_edit(self, request: HttpRequest, products: QuerySet[Product]) -> HttpResponse:
        """Remember the chosen products and ask what to change."""
        chosen = living(list(products.values_list("pk", flat=True)))
        if not chosen:
            messages.info(request, str(_("回收站里的商品不能批量修改")))
            return HttpResponseRedirect(reverse("admin:catalog_product_changelist"))
        job = jobs.start("catalog.batch", user=request.user, params={"products": chosen}, waits=True)
        return HttpResponseRedirect(reverse("admin:catalog_product_batch", args=[job.key]))

    def batch_page(self, request: HttpRequest, key: str) -> HttpResponse:
        """Return the form with what it would change, or change it when that is what was shown."""
        user: Any = request.user
        job = own_job(request, key, "catalog.batch")
        if not user.has_perm("catalog.change_product") or not may_write(request.path):
            raise PermissionDenied
        if job.state != Job.State.WAITING:
            return HttpResponseRedirect(job_address(job))
        form = EditForm(request.POST or None, may_stock=user.has_perm("inventory.change_stockitem"))
        products = living(job.params["products"])
        context: dict[str, Any] = {"form": form, "job": job, "count": len(products)}
        if request.method == "POST" and form.is_valid():
            edit = form.edit()
            planned = [plan for plan in plans(products, edit) if plan.differences or plan.problems]
            shown = fingerprint(planned)
            wrong = [plan for plan in planned if plan.problems]
            if request.POST.get("shown") == shown and planned and not wrong:
                return _confirmed(request, job, edit, at_once=len(products) <= AT_ONCE)
            context |= {
                "shown": shown,
                "is_stale": bool(request.POST.get("shown")),
                "changed": len(planned),
                "plans": [_row(plan) for plan in (wrong or planned)[:MOST_SHOWN]],
                "wrong": len(wrong),
            }
        site, opts = self.admin_site, self.opts  # type: ignore[attr-defined]
        return TemplateResponse(
            request,
            "admin/catalog/batch.html",
            {**site.each_context(request), "opts": opts, "title": _("批量修改商品"), **context},
        )


def _confirmed(request: HttpRequest, job: Job, edit: Edit, *, at_once: bool) -> HttpResponse:
    try:
        jobs.confirm(job, {"edit": edit.as_dict()}, at_once=at_once)
    except ShopError as error:
        messages.info(request, str(error.message))
    return HttpResponseRedirect(job_address(job))


def _row(plan: Any) -> dict[str, Any]:
    problems = [problem.reason or str(_("库存不能是负数")) for problem in plan.problems]
    return {
        "title": plan.before.title,
        "code": plan.before.code,
        "differences": differences_report(plan.differences),
        "problem": problems[0] if problems else "",
    }
