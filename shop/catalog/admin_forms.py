"""Forms of the catalogue's pages, and the drafts they make."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from shop.catalog.drafts import AttributeDraft, ProductDraft, SKUDraft
from shop.catalog.models import SKU, Attribute, Product
from shop.catalog.pictures import pictures_of
from shop.core.admin_base import ServiceForm
from shop.core.admin_fields import YuanField
from shop.library.fields import PicturesField
from tenants.models import new_key

MOST_UNITS = 10**6
MOST_PICTURES = 15
_TEXTS = ("code", "title", "subtitle", "keywords", "unit", "detail_html")


def options_text(options: Mapping[str, str]) -> str:
    """Return option values as a merchant types them: `颜色:红，尺码:M`."""
    return "，".join(f"{name}:{value}" for name, value in options.items())


class OptionsField(forms.CharField):
    """Option values typed as `颜色:红，尺码:M`; its value is a dictionary."""

    def to_python(self, value: Any) -> Any:
        """Return name → value in the order typed; ValidationError when a part has no name or value."""
        text = (super().to_python(value) or "").replace("：", ":").replace(",", "，").replace("；", "，")
        found: dict[str, str] = {}
        for part in filter(None, (part.strip() for part in text.split("，"))):
            name, _colon, chosen = (piece.strip() for piece in part.partition(":"))
            if not name or not chosen or name in found:
                raise ValidationError(_("请按“颜色:红，尺码:M”填写"))
            found[name] = chosen
        return found

    def prepare_value(self, value: Any) -> Any:
        """Return the text for a dictionary, typed text as it is."""
        if isinstance(value, str) and value.startswith("{"):
            value = json.loads(value)
        return options_text(value) if isinstance(value, dict) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Return whether the typed options differ."""
        try:
            return self.to_python(data) != (initial or {})
        except ValidationError:
            return True


class ProductForm(ServiceForm):
    """A product without its rows."""

    code = forms.CharField(
        label=_("商品编码"),
        max_length=60,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("不填会自动生成"),
    )
    pictures = PicturesField(
        label=_("图片"), most=MOST_PICTURES, cover=True, required=False, help_text=_("第一张是封面，最多 15 张")
    )

    class Meta:
        model = Product
        fields = (
            "code",
            "title",
            "subtitle",
            "category",
            "brand",
            "unit",
            "keywords",
            "is_on_shelf",
            "is_new",
            "is_hot",
            "detail_html",
        )
        widgets = {"detail_html": UnfoldAdminTextareaWidget(attrs={"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["pictures"] = pictures_of(self.instance)

    def clean_code(self) -> str:
        """Return the code typed, or a new one."""
        return self.cleaned_data["code"].strip() or f"P{new_key()}"


class StockLink(forms.Widget):
    """What is on hand of a stored SKU, with a link to the page that changes it."""

    def __init__(self, sku: SKU) -> None:
        super().__init__()
        self.sku = sku

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Return the link; the SKU was loaded with `item` and `on_hand`."""
        item = getattr(self.sku, "item", None)
        if item is None:
            return format_html("{}", "—")
        address = reverse("admin:inventory_stockitem_change", args=(item,))
        return format_html('<a class="weipu-link" href="{}">{}</a>', address, getattr(self.sku, "on_hand", ""))


class SKUForm(ServiceForm):
    """One SKU; the price is typed in yuan, the stock only once."""

    code = forms.CharField(
        label=_("SKU 编码"),
        max_length=80,
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": _("自动生成")}),
    )
    options = OptionsField(
        label=_("规格"),
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": _("颜色:红，尺码:M")}),
    )
    price = YuanField(label=_("价格"))
    list_price = YuanField(label=_("划线价"), required=False)
    weight = forms.IntegerField(
        label=_("重量（克）"), required=False, min_value=0, widget=UnfoldAdminIntegerFieldWidget
    )
    initial_stock = forms.IntegerField(
        label=_("库存"), required=False, min_value=0, max_value=MOST_UNITS, widget=UnfoldAdminIntegerFieldWidget
    )

    class Meta:
        model = SKU
        fields = ("code", "options", "price", "list_price", "weight", "barcode")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["initial_stock"].disabled = True
            self.fields["initial_stock"].widget = StockLink(self.instance)


class PartFormSet(PaginationInlineFormSet):
    """Rows of a product. The service decides what is unique and what a removed row becomes."""

    def clean(self) -> None:
        """Accept."""

    @property
    def wanted(self) -> list[Any]:
        """Return the forms of the rows that shall exist, in order."""
        rows = [form for form in self.forms if form not in self.deleted_forms]
        return [form for form in rows if form.instance.pk or form.has_changed()]


def draft_of(form: ProductForm, skus: PartFormSet, attributes: PartFormSet, stored: Product | None) -> ProductDraft:
    """Return the whole product as the page describes it."""
    values = form.cleaned_data
    return ProductDraft(
        key=stored.key if stored else "",
        category=values["category"].pk,
        brand=values["brand"].name if values["brand"] else "",
        skus=tuple(_sku_drafts(values["code"], skus.wanted)),
        attributes=tuple(
            AttributeDraft(row.cleaned_data["name"], row.cleaned_data["value"]) for row in attributes.wanted
        ),
        **{name: values[name] for name in (*_TEXTS, "is_on_shelf", "is_new", "is_hot")},
    )


def _sku_drafts(product_code: str, rows: Iterable[forms.ModelForm]) -> Iterable[SKUDraft]:
    for row in rows:
        values = row.cleaned_data
        yield SKUDraft(
            key=row.instance.key if row.instance.pk else "",
            code=values["code"].strip() or row.instance.code or f"{product_code}-{new_key()[:6]}",
            price=values["price"],
            list_price=values["list_price"] or 0,
            options=values["options"],
            barcode=values["barcode"],
            weight=values["weight"] or 0,
        )


def initial_stock_of(skus: PartFormSet, draft: ProductDraft) -> dict[str, int]:
    """Return SKU code → units for the rows that are new."""
    return {
        sku.code: row.cleaned_data.get("initial_stock") or 0
        for row, sku in zip(skus.wanted, draft.skus, strict=True)
        if not row.instance.pk
    }


def rows_of(formsets: Iterable[BaseFormSet], model: type[SKU] | type[Attribute]) -> Any:
    """Return the formset of `model`, None when the page has none."""
    return next((formset for formset in formsets if formset.model is model), None)  # type: ignore[attr-defined]
