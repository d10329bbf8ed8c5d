"""Filters and columns of the product list."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Category

LEFT = F("stock_items__on_hand") - F("stock_items__reserved") - F("stock_items__safety")
INDENT = "\u3000"  # of a category below another


class ArchivedFilter(SimpleListFilter):
    """Archived products are only listed when asked for."""

    title = _("归档")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the one choice beside the usual list."""
        return [("1", _("已归档"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return archived products, or those that are not."""
        return queryset.filter(archived_at__isnull=self.value() != "1")

    def choices(self, changelist: Any) -> Any:
        """Name the usual list."""
        first, *others = super().choices(changelist)
        return [{**first, "display": _("未归档")}, *others]


class CategoryFilter(SimpleListFilter):
    """Products of a category or of any below it."""

    title = _("分类")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Return the categories as a tree, each set in by its depth."""
        return [(row.key, INDENT * depth + row.name) for depth, row in Category.objects.in_tree_order()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the products of the chosen category and of those below it."""
        key = self.value()
        return queryset.filter(category__in=Category.objects.subtree(key)) if key else queryset


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
