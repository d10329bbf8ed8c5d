"""The products in the back office: one form for a whole product, its history, the recycle bin."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.admin import action
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.catalog import services
from shop.catalog.admin_barcodes import shared_barcodes
from shop.catalog.admin_batch import BatchAdmin
from shop.catalog.admin_forms import ProductForm
from shop.catalog.admin_lists import (
    IN_BIN,
    LEFT,
    ArchivedFilter,
    CategoryFilter,
    SoldOutFilter,
    bin_of,
    short_moment,
    tell_binned,
)
from shop.catalog.admin_transfer import TransferAdmin
from shop.catalog.admin_widgets import choice_of
from shop.catalog.models import SKU, Product
from shop.catalog.pictures import pictures_of, set_pictures
from shop.catalog.product_document import differences, document_of, without_costs
from shop.core.admin import ACTIONS
from shop.core.admin_base import Change, ShopModelAdmin, actor_of
from shop.core.admin_fields import money
from shop.core.audit_words import lines
from shop.core.errors import ShopError
from shop.core.models import AuditEntry
from shop.inventory import services as inventory
from shop.inventory.levels import Why, adjust
from shop.inventory.models import StockItem, StockMove

HISTORY_ROWS = 100
FOUND_ROWS = 10
_OF_THE_BIN = {"restore", "purge"}  # actions


class ProductAdmin(BatchAdmin, TransferAdmin, ShopModelAdmin):
    """Products. What is typed becomes one draft, which the service saves as a whole."""

    form = ProductForm
    change_form_template = "admin/catalog/product_form.html"
    list_display = ("cover_title", "category", "price_range", "stock", "sales", "shelf")
    list_filter = ("is_on_shelf", SoldOutFilter, CategoryFilter, ArchivedFilter)
    list_select_related = ("category",)
    search_fields = ("title", "code", "skus__code")
    search_help_text = _("标题、商品编码或 SKU 编码")
    ordering = ("-id",)
    actions = (
        *("put_on_shelf", "take_off_shelf", "batch_edit"),
        *("export_xlsx", "export_csv", "export_jsonl"),
        *("archive", "restore", "purge"),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Return the fields of the form; for who may only look, what can be read."""
        if obj is None or self.has_change_permission(request, obj):
            return ((None, {"fields": tuple(ProductForm.base_fields)}),)
        told = ("title", "subtitle", "code", "category", "brand", "unit", "kind", "keywords", "is_on_shelf")
        return (
            (None, {"fields": told}),
            (_("规格与价格"), {"fields": ("sku_table",)}),
            (_("图片"), {"fields": ("pictures",)}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Return what is only shown to who may only look."""
        return () if obj is None or self.has_change_permission(request, obj) else ("sku_table", "pictures")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form; stock is typed in it by who may change stock."""
        form = super().get_form(request, obj, change, **kwargs)
        may_stock = request.user.has_perm("inventory.change_stockitem")
        return type(form)(form.__name__, (form,), {"units": staticmethod(on_hand), "may_stock": may_stock})

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with the look-up that chooses related products."""
        find = path("find/", self.admin_site.admin_view(self.find_view), name="catalog_product_find")
        return [find, *super().get_urls()]

    def find_view(self, request: HttpRequest) -> HttpResponse:
        """Answer products whose title or code holds `q`, as JSON."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        text = request.GET.get("q", "").strip()[:100].replace("\0", "")
        named = Q(title__icontains=text) | Q(code__icontains=text)
        found = Product.objects.filter(named, archived_at=None).order_by("-sales", "-id")[:FOUND_ROWS] if text else []
        return JsonResponse({"results": [choice_of(product) for product in found]})

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Return the list, which says how much is in the recycle bin."""
        return super().changelist_view(request, {**bin_of(request), **(extra_context or {})})

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

    @display(description=_("状态"), label={"on": "success", "gone": "warning", "off": "info", "timed": "primary"})
    def shelf(self, product: Any) -> Any:
        """Show whether shoppers can buy it, and when that will change."""
        if product.archived_at:
            return "archived", _("在回收站")
        if not product.is_on_shelf:
            start = product.on_shelf_at
            return ("timed", _("定时上架 %(when)s") % {"when": short_moment(start)}) if start else ("off", _("已下架"))
        state, word = ("on", _("出售中")) if product.left > 0 else ("gone", _("已售罄"))
        end = product.off_shelf_at
        return state, _("%(state)s，%(when)s 下架") % {"state": word, "when": short_moment(end)} if end else word

    @display(description=_("规格与价格"))
    def sku_table(self, product: Product) -> str:
        """Show the SKUs to who may only look."""
        skus = product.skus.filter(archived_at=None)
        return render_to_string("admin/catalog/sku_table.html", {"skus": skus, "units": on_hand(product)})

    @display(description=_("图片"))
    def pictures(self, product: Product) -> str:
        """Show the pictures to who may only look."""
        shown = [(asset.small_url,) for asset in pictures_of(product)]
        return format_html_join(" ", '<img class="weipu-thumbnail" src="{}" alt="">', shown)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return False: products go to the recycle bin."""
        return False

    def has_purge_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may delete for good."""
        return ShopModelAdmin.has_delete_permission(self, request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Leave the row to save_related, which saves the whole product."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the product, its pictures and its stock, and keep what changed for the audit log."""
        before = document_of(form.instance) if change else {}
        product = services.save_product(form.draft)
        form.instance.pk, form.instance.key = product.pk, product.key
        set_pictures(product, form.cleaned_data["pictures"])
        old, new = differences(before, document_of(product))
        if not change:
            old, new = {}, {name: value for name, value in new.items() if value not in (None, "", [], {}, 0, False)}
        if request.user.has_perm("inventory.change_stockitem"):
            _save_stock(product, form.grid.stock, actor=actor_of(request))
        form.audited = Change(old, new)
        for warning in shared_barcodes(product):
            messages.warning(request, warning)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        """Return what changed, value by value."""
        return form.audited

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the page; what is wrong stands above it with its reasons, so the theme's own sentence is left out."""
        return super().render_change_form(request, {**context, "errors": None}, *args, **kwargs)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Show who changed what of this product."""
        product = get_object_or_404(Product, pk=object_id)
        if not self.has_view_permission(request, product):
            raise PermissionDenied
        entries = AuditEntry.objects.filter(object_kind="catalog.product", object_ref=product.key).order_by("-pk")
        told = []
        for entry in entries[:HISTORY_ROWS]:
            if not self.has_change_permission(request, product):
                entry.before, entry.after = without_costs(entry.before), without_costs(entry.after)
            action = ACTIONS.get(entry.action, entry.action)
            told.append({"entry": entry, "action": action, "lines": lines(entry), "made": _made(entry)})
        context = {
            **self.admin_site.each_context(request),
            "title": _("修改记录：%(title)s") % {"title": product.title},
            "product": product,
            "entries": told,
            "most": HISTORY_ROWS,
        }
        return render(request, "admin/catalog/product_history.html", context)

    def get_actions(self, request: HttpRequest) -> Any:
        """Return what can be done with the products listed: those in the bin come back or go for good."""
        in_bin = request.GET.get(IN_BIN) == "1"
        hidden = {name for name in self.actions if (name in _OF_THE_BIN) != in_bin}
        listed = request.method == "GET"  # what is posted may come from either list
        return {name: value for name, value in super().get_actions(request).items() if not (listed and name in hidden)}

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
        changed = list(_in_key_order(products.filter(is_on_shelf=not on_shelf, archived_at=None)))
        for product in changed:
            services.set_shelf(product, on_shelf=on_shelf)
            self.record(request, product, "change", Change({"is_on_shelf": not on_shelf}, {"is_on_shelf": on_shelf}))
        messages.success(request, _("已更新 %(count)d 件商品") % {"count": len(changed)})

    @action(description=_("移到回收站"), permissions=["change"])
    @transaction.atomic
    def archive(self, request: HttpRequest, products: QuerySet[Product]) -> None:
        """Move the chosen products to the recycle bin."""
        for product in _in_key_order(products):
            services.archive_product(product)
            self.record(request, product, "archive", Change({"archived": False}, {"archived": True}))
        tell_binned(request, len(products))

    @action(description=_("恢复"), permissions=["change"])
    @transaction.atomic
    def restore(self, request: HttpRequest, products: QuerySet[Product]) -> None:
        """Take the chosen products out of the recycle bin."""
        for product in _in_key_order(products):
            services.restore_product(product)
            self.record(request, product, "restore", Change({"archived": True}, {"archived": False}))
        messages.success(request, _("已恢复 %(count)d 件商品，现在是下架状态") % {"count": len(products)})

    @action(description=_("彻底删除"), permissions=["purge"])
    def purge(self, request: HttpRequest, products: QuerySet[Product]) -> None:
        """Delete the chosen products for good; those that were ordered stay."""
        deleted = 0
        for product in list(products):
            try:
                with transaction.atomic():
                    self.record(request, product, "delete", Change({"title": product.title, "code": product.code}, {}))
                    services.delete_product(product)
                deleted += 1
            except ShopError as error:
                messages.error(request, f"{product.title}：{error.message}")
        if deleted:
            messages.success(request, _("已彻底删除 %(count)d 件商品") % {"count": deleted})


def _made(entry: AuditEntry) -> str:
    """Return in one line what a product began with."""
    skus = sum(name.startswith("skus ") for name in entry.after)
    return str(_("%(title)s：%(count)d 个 SKU") % {"title": entry.after.get("title", ""), "count": skus})


def _in_key_order(products: QuerySet[Product]) -> QuerySet[Product]:
    return products.order_by("pk")  # as everything that locks products does


def on_hand(product: Product | None) -> dict[int, int]:
    """Return SKU (pk) → units on hand in the default warehouse."""
    items = StockItem.objects.filter(sku__product=product, warehouse__is_default=True, bucket="")
    return dict(items.values_list("sku_id", "on_hand")) if product else {}


def _save_stock(product: Product, typed: dict[str, tuple[int, int]], *, actor: str) -> None:
    """Bring stock to what was typed: by the difference to what the page showed, so that sales meanwhile count too."""
    ref = f"form-{uuid4().hex}"
    skus = dict(SKU.objects.filter(product=product, code__in=typed, archived_at=None).values_list("code", "pk"))
    stock = StockItem.objects.filter(sku__in=skus.values(), warehouse__is_default=True, bucket="")
    items = dict(stock.values_list("sku_id", "pk"))
    new = {pk: typed[code][0] for code, pk in skus.items() if pk not in items}
    if new:
        inventory.set_on_hand(new, kind=StockMove.Kind.ADJUST, ref=ref, actor=actor)
    deltas = {items[pk]: typed[code][0] - typed[code][1] for code, pk in skus.items() if pk in items}
    adjust(deltas, Why(StockMove.Cause.OTHER, str(_("商品页修改"))), ref=ref, actor=actor)
