"""The catalogue in the back office: products with their SKUs and pictures, categories, brands."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.admin import SimpleListFilter, action
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from shop.catalog import services
from shop.catalog.admin_batch import BatchAdmin
from shop.catalog.admin_forms import (
    PartFormSet,
    ProductForm,
    SKUForm,
    draft_of,
    initial_stock_of,
    rows_of,
)
from shop.catalog.admin_transfer import TransferAdmin
from shop.catalog.drafts import CategoryDraft, ProductDraft
from shop.catalog.models import SKU, Attribute, Category, Product
from shop.catalog.pictures import pictures_of, set_pictures
from shop.core.admin_base import Change, PartInline, ServiceForm, ShopModelAdmin, actor_of
from shop.core.admin_fields import money
from shop.inventory import services as inventory
from shop.inventory.models import StockItem, StockMove

LEFT = F("stock_items__on_hand") - F("stock_items__reserved") - F("stock_items__safety")


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


class SKUInline(PartInline):
    """The SKUs of a product; a removed one is archived once it was ordered or stocked."""

    model = SKU
    form = SKUForm
    formset = PartFormSet
    min_num = 1
    fields = ("code", "options", "price", "list_price", "weight", "barcode", "initial_stock")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return live SKUs with what is left of each."""
        item = StockItem.objects.filter(sku=OuterRef("pk"), warehouse__is_default=True, bucket="")
        return (
            super()
            .get_queryset(request)
            .filter(archived_at=None)
            .annotate(item=Subquery(item.values("pk")[:1]), on_hand=Subquery(item.values("on_hand")[:1]))
        )

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Return the formset; a row may go although orders hold its SKU, and stock needs its own permission."""
        formset = super().get_formset(request, obj, **kwargs)
        may_stock = request.user.has_perm("inventory.change_stockitem")
        formset.form = _row_form(formset.form, may_stock=may_stock)
        return formset


def _row_form(form: Any, *, may_stock: bool) -> Any:
    def accept(self: Any) -> None:
        """Django refuses to remove a row that others refer to; here it is archived."""

    def start(self: Any, *args: Any, **kwargs: Any) -> None:
        form.__init__(self, *args, **kwargs)
        if not may_stock:
            self.fields["initial_stock"].disabled = True

    return type(form)(form.__name__, (form,), {"hand_clean_DELETE": accept, "__init__": start})


class AttributeInline(PartInline):
    """Facts about a product."""

    model = Attribute
    formset = PartFormSet
    fields = ("name", "value")
    formfield_overrides = {TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 2})}}


class ProductAdmin(BatchAdmin, TransferAdmin, ShopModelAdmin):
    """Products. What is typed becomes one draft, which the service saves as a whole."""

    form = ProductForm
    inlines = (SKUInline, AttributeInline)
    list_display = ("cover_title", "category", "price_range", "stock", "sales", "shelf")
    list_filter = ("is_on_shelf", SoldOutFilter, "category", ArchivedFilter)
    list_select_related = ("category",)
    search_fields = ("title", "code", "skus__code")
    search_help_text = _("标题、商品编码或 SKU 编码")
    ordering = ("-id",)
    actions = ("put_on_shelf", "take_off_shelf", "batch_edit", "export_xlsx", "export_csv", "archive")
    fieldsets = (
        (None, {"fields": ("title", "subtitle", "pictures", "code", "category", "brand", "unit")}),
        (_("展示"), {"fields": ("is_on_shelf", "is_new", "is_hot", "keywords", "detail_html")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return products with the range of their prices and the units that may be sold."""
        live = Q(skus__archived_at=None)
        stock = (
            SKU.objects.filter(product=OuterRef("pk"), archived_at=None, stock_items__bucket="")
            .order_by()
            .values("product")
            .annotate(left=Sum(LEFT))
        )
        return (
            super()
            .get_queryset(request)
            .annotate(
                lowest=Min("skus__price", filter=live),
                highest=Max("skus__price", filter=live),
                left=Coalesce(Subquery(stock.values("left")), 0),
            )
        )

    @display(description=_("商品"), header=True, ordering="title")
    def cover_title(self, product: Product) -> list[Any]:
        """Show cover, title and code."""
        cover = {"path": storages["public"].url(product.cover), "squared": True} if product.cover else None
        return [product.title, product.code, None, *([cover] if cover else [])]

    @display(description=_("价格"), ordering="price")
    def price_range(self, product: Any) -> str:
        """Show the lowest price, and the highest if it differs."""
        if product.lowest == product.highest:
            return money(product.lowest)
        return f"{money(product.lowest)} – {money(product.highest)}"

    @display(description=_("可售库存"), ordering="left")
    def stock(self, product: Any) -> int:
        """Show how many units may be sold."""
        return max(product.left, 0)

    @display(description=_("状态"), label={"on": "success", "gone": "warning", "off": "info"})
    def shelf(self, product: Any) -> Any:
        """Show whether shoppers can buy it."""
        if product.archived_at:
            return "archived", _("已归档")
        if not product.is_on_shelf:
            return "off", _("已下架")
        return ("on", _("出售中")) if product.left > 0 else ("gone", _("已售罄"))

    @display(description=_("图片"))
    def pictures(self, product: Product) -> str:
        """Show the pictures to who may only look."""
        shown = [(asset.small_url,) for asset in pictures_of(product)]
        return format_html_join(" ", '<img class="weipu-thumbnail" src="{}" alt="">', shown)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: products are archived."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Leave the row to save_related, which knows the SKUs too."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the product with all its rows, then its pictures and the stock of new SKUs."""
        skus, attributes = rows_of(formsets, SKU), rows_of(formsets, Attribute)
        stored = Product.objects.get(pk=form.instance.pk) if change else None
        draft = draft_of(form, skus, attributes, stored)
        product = services.save_product(draft)
        form.instance.pk, form.instance.key = product.pk, product.key
        _stock_new(request, product, draft, initial_stock_of(skus, draft))
        set_pictures(product, form.cleaned_data["pictures"])

    @action(description=_("上架"), permissions=["change"])
    def put_on_shelf(self, request: HttpRequest, products: QuerySet[Product]) -> None:
        """Offer the chosen products."""
        self._set_shelf(request, products, on_shelf=True)

    @action(description=_("下架"), permissions=["change"])
    def take_off_shelf(self, request: HttpRequest, products: QuerySet[Product]) -> None:
        """Take the chosen products from sale."""
        self._set_shelf(request, products, on_shelf=False)

    @transaction.atomic
    def _set_shelf(self, request: HttpRequest, products: QuerySet[Product], *, on_shelf: bool) -> None:
        changed = [product for product in products if product.is_on_shelf != on_shelf and not product.archived_at]
        for product in changed:
            services.set_shelf(product, on_shelf=on_shelf)
            self.record(request, product, "change", Change({"is_on_shelf": not on_shelf}, {"is_on_shelf": on_shelf}))
        messages.success(request, _("已更新 %(count)d 件商品") % {"count": len(changed)})

    @action(description=_("归档"), permissions=["change"])
    @transaction.atomic
    def archive(self, request: HttpRequest, products: QuerySet[Product]) -> None:
        """Take the chosen products out of the shop for good."""
        for product in products:
            services.archive_product(product)
            self.record(request, product, "archive", Change({"archived": False}, {"archived": True}))
        messages.success(request, _("已归档 %(count)d 件商品") % {"count": len(products)})


def _stock_new(request: HttpRequest, product: Product, draft: ProductDraft, levels: dict[str, int]) -> None:
    pks = dict(SKU.objects.filter(product=product, code__in=levels).values_list("code", "pk"))
    if pks:
        inventory.set_on_hand(
            {pks[code]: units for code, units in levels.items()},
            kind=StockMove.Kind.ADJUST,
            ref=f"new-{uuid4().hex}",
            actor=actor_of(request),
        )


class CategoryAdmin(ShopModelAdmin):
    """The category tree."""

    form = ServiceForm
    fields = ("name", "parent", "tagline", "position", "is_shown")
    list_display = ("name", "parent", "tagline", "position", "is_shown", "product_count")
    list_select_related = ("parent",)
    search_fields = ("name",)
    search_help_text = _("名称")
    ordering = ("parent__position", "parent", "position", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return categories with the number of their products."""
        return (
            super()
            .get_queryset(request)
            .annotate(product_total=Count("products", filter=Q(products__archived_at=None)))
        )

    @display(description=_("商品数"), ordering="product_total")
    def product_count(self, category: Any) -> int:
        """Show how many products it has."""
        return category.product_total

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save through the service, which keeps the tree free of circles."""
        values = form.cleaned_data
        draft = CategoryDraft(
            name=values["name"],
            parent=values["parent"].pk if values["parent"] else None,
            tagline=values["tagline"],
            position=values["position"],
            is_shown=values["is_shown"],
        )
        saved = services.save_category(draft, Category.objects.get(pk=obj.pk) if change else None)
        obj.pk, obj.key = saved.pk, saved.key

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete an empty category."""
        services.delete_category(obj)


class BrandAdmin(ShopModelAdmin):
    """Brands."""

    fields = ("name",)
    list_display = ("name", "product_count")
    search_fields = ("name",)
    search_help_text = _("名称")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return brands with the number of their products."""
        return (
            super().get_queryset(request).annotate(product_total=Count("product", filter=Q(product__archived_at=None)))
        )

    @display(description=_("商品数"), ordering="product_total")
    def product_count(self, brand: Any) -> int:
        """Show how many products it has."""
        return brand.product_total
