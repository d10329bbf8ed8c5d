"""What an activity holds for: all goods, chosen categories or chosen products, less those left out."""

import json
from collections.abc import Collection, Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget

from shop.catalog.admin_widgets import RelatedInput
from shop.catalog.models import Category, Product
from shop.promotions.models import scope_json

ALL, CATEGORIES, PRODUCTS = "ALL", "CATEGORIES", "PRODUCTS"
HOLDS_FOR = ((ALL, _("全部商品")), (CATEGORIES, _("指定分类")), (PRODUCTS, _("指定商品")))
MOST_PRODUCTS = 100


class ProductsInput(RelatedInput):
    """Products looked for by name."""

    class Media:
        js = ("weipu/product/parts.js",)
        css = {"all": ("weipu/product/product.css",)}


class ProductsField(forms.CharField):
    """Products, as JSON of their codes; its value is their primary keys."""

    widget = ProductsInput

    def clean(self, value: Any) -> list[int]:
        """Return the primary keys of the products named; ValidationError for anything but a list of codes."""
        try:
            codes = json.loads(super().clean(value) or "[]")
            named = [code.replace("\0", "") for code in codes]
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise ValidationError(_("页面数据有误，请刷新后重试")) from error
        if len(named) > MOST_PRODUCTS:
            raise ValidationError(_("最多选 %(count)d 件商品，更多请按分类选") % {"count": MOST_PRODUCTS})
        return list(Product.objects.filter(code__in=named).order_by("pk").values_list("pk", flat=True))


class CategoriesInput(forms.Widget):
    """The tree of categories with a box at each; what is ticked holds for all below it."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Return what is ticked."""
        return list(data.getlist(name)) if hasattr(data, "getlist") else data.get(name, [])

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the tree."""
        ticked = {str(pk) for pk in value or ()}
        rows = [
            {"pk": category.pk, "name": category.name, "depth": depth, "ticked": str(category.pk) in ticked}
            for depth, category in Category.objects.in_tree_order()
        ]
        return render_to_string("admin/promotions/categories.html", {"name": name, "rows": rows})


class CategoriesField(forms.Field):
    """Categories; its value is their primary keys."""

    widget = CategoriesInput

    def clean(self, value: Any) -> list[int]:
        """Return the primary keys of those that there are."""
        pks = [int(text) for text in value or () if str(text).isascii() and str(text).isdigit() and len(str(text)) < 19]
        return list(Category.objects.filter(pk__in=pks).order_by("pk").values_list("pk", flat=True))


class ScopeFields(forms.Form):
    """Mixed into the form of a tool that holds for goods by their kind, and not for SKUs that it names."""

    holds_for = forms.ChoiceField(
        label=_("适用商品"), choices=HOLDS_FOR, initial=ALL, widget=UnfoldAdminRadioSelectWidget
    )
    categories = CategoriesField(label=_("分类"), required=False)
    products = ProductsField(label=_("商品"), required=False)
    without = ProductsField(label=_("不参加的商品"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = getattr(self, "instance", None)
        if stored is not None and stored.pk and "holds_for" in self.fields:
            self.initial.update(_initial(stored.scope))

    def scope(self) -> dict[str, Any]:
        """Return what was chosen, as activities store it."""
        values = self.cleaned_data
        chosen = values.get("holds_for", ALL)
        return scope_json(
            is_all=chosen == ALL,
            categories=values.get("categories", ()) if chosen == CATEGORIES else (),
            products=values.get("products", ()) if chosen == PRODUCTS else (),
            without=values.get("without", ()),
        )

    def clean(self) -> Any:
        """Return the values; what was chosen must name something."""
        values = super().clean() or self.cleaned_data
        for choice, name, reason in (
            (CATEGORIES, "categories", _("请至少选一个分类")),
            (PRODUCTS, "products", _("请至少选一件商品")),
        ):
            if values.get("holds_for") == choice and name not in self.errors and not values.get(name):
                self.add_error(name, reason)
        return values


def _initial(scope: dict[str, Any]) -> dict[str, Any]:
    chosen = CATEGORIES if scope.get("categories") else PRODUCTS if scope.get("products") else ALL
    return {
        "holds_for": chosen,
        "categories": scope.get("categories", []),
        "products": _codes(scope.get("products", ())),
        "without": _codes(scope.get("without", ())),
    }


def _codes(pks: Iterable[int]) -> str:
    return json.dumps(list(Product.objects.filter(pk__in=list(pks)).order_by("pk").values_list("code", flat=True)))


def scope_in_words(scope: dict[str, Any]) -> list[str]:
    """Return what a stored scope names, for who reads it; [] for all goods."""
    found = _names(Category, scope.get("categories", ()), "name") + _names(Product, scope.get("products", ()), "title")
    left_out = _names(Product, scope.get("without", ()), "title")
    return found + [str(_("除外：%(title)s") % {"title": title}) for title in left_out]


def _names(model: Any, pks: Collection[int], column: str) -> list[str]:
    return list(model.objects.filter(pk__in=list(pks)).order_by("pk").values_list(column, flat=True)) if pks else []
