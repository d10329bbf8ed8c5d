"""Filters and columns of the product list."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.admin import SimpleListFilter
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Category, Product

LEFT = F("stock_items__on_hand") - F("stock_items__reserved") - F("stock_items__safety")
IN_BIN = "archived"  # "1" in the address lists the recycle bin
INDENT = "\u3000"  # of a category below another


class ArchivedFilter(SimpleListFilter):
    """What lies in the recycle bin is only listed when asked for."""

    title = _("回收站")
    parameter_name = IN_BIN

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the one choice beside the usual list."""
        return [("1", _("回收站里的"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return archived products, or those that are not."""
        return queryset.filter(archived_at__isnull=self.value() != "1")

    def choices(self, changelist: Any) -> Any:
        """Name the usual list."""
        first, *others = super().choices(changelist)
        return [{**first, "display": _("不在回收站的")}, *others]


class CategoryFilter(SimpleListFilter):
    """Products of a category or of any below it."""

    title = _("分类")
    parameter_name = "category"
    place = "category"  # where a listed row has its category

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the categories as a tree, each set in by its depth."""
        return [(row.key, INDENT * depth + row.name) for depth, row in Category.objects.in_tree_order()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the products of the chosen category and of those below it."""
        key = self.value()
        return queryset.filter(**{f"{self.place}__in": Category.objects.subtree(key)}) if key else queryset


class SoldOutFilter(SimpleListFilter):
    """Products of which nothing is left to sell."""

    title = _("可售")
    parameter_name = "stock"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the two choices."""
        return [("none", _("已售罄")), ("some", _("有货"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Return products with, or without, a unit to sell."""
        if self.value() not in {"none", "some"}:
            return queryset
        return queryset.with_sold_out().filter(sold_out=self.value() == "none")


def bin_of(request: HttpRequest) -> dict[str, Any]:
    """Return what the list shows of the recycle bin: how much is in it, and whether it is what is listed."""
    total = Product.objects.filter(archived_at__isnull=False).count()
    return {"bin_total": total, "in_bin": request.GET.get(IN_BIN) == "1"}


def tell_binned(request: HttpRequest, count: int) -> None:
    """Tell the user that products went to the recycle bin, and where that is."""
    told = _("已把 %(count)d 件商品移到回收站") % {"count": count}
    address = f"{reverse('admin:catalog_product_changelist')}?{IN_BIN}=1"
    link = format_html('<a class="weipu-link" href="{}">{}</a>', address, _("打开回收站"))
    messages.success(request, format_html("{} {}", told, link))


def short_moment(moment: datetime) -> str:
    """Return the time in the shop's zone, with the year only where it is another."""
    local = localtime(moment)
    return local.strftime("%m-%d %H:%M" if local.year == localtime().year else "%Y-%m-%d %H:%M")
