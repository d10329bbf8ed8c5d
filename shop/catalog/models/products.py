"""Products: option types, SKUs, attributes, pictures."""

from typing import Any

from django.db import models
from django.db.models.functions import Now
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from shop.catalog.models.brands import Brand
from shop.catalog.models.categories import Category
from shop.core.base import ShopModel, ShopQuerySet
from shop.core.money import MoneyField
from shop.library.models import Asset
from tenants.models import new_key


class ProductQuerySet(ShopQuerySet):
    """Reads of products."""

    def on_shelf(self) -> "ProductQuerySet":
        """Products that shoppers see."""
        return self.filter(is_on_shelf=True, archived_at=None)

    def in_category(self, keys: list[str]) -> "ProductQuerySet":
        """Products of the categories with these keys."""
        return self.filter(category__key__in=keys)

    def with_sold_out(self) -> "ProductQuerySet":
        """Products with `sold_out`: whether no live SKU has a unit to sell.

        Read from the stock each time: kept in the product, it would have to be locked after the stock by an order
        and before it by the back office. A scalar subquery, because PostgreSQL would answer EXISTS by looking at
        the stock of all products, even for a page of twenty.
        """
        left = SKU.objects.filter(
            product=models.OuterRef("pk"),
            archived_at=None,
            stock_items__warehouse__is_default=True,
            stock_items__bucket="",
            stock_items__on_hand__gt=models.F("stock_items__reserved") + models.F("stock_items__safety"),
        )
        return self.annotate(sold_out=IsNull(models.Subquery(left.values("pk")[:1]), True))


class Product(ShopModel):
    """A product; what is sold are its SKUs. Archived, never deleted, once it was ordered."""

    class Kind(models.TextChoices):
        GOODS = "GOODS", _("实物商品")
        CARD = "CARD", _("卡密商品")
        SERVICE = "SERVICE", _("服务商品")

    key = models.CharField(max_length=16, default=new_key, editable=False)
    code = models.CharField(_("商品编码"), max_length=60)
    title = models.CharField(_("标题"), max_length=120)
    subtitle = models.CharField(_("副标题"), max_length=200, blank=True)
    keywords = models.CharField(_("搜索关键词"), max_length=200, blank=True)
    unit = models.CharField(_("单位"), max_length=10, default="件", blank=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="products", verbose_name=_("分类"))
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("品牌"))
    detail_html = models.TextField(_("图文详情"), blank=True)
    is_on_shelf = models.BooleanField(_("上架"), default=True)
    is_new = models.BooleanField(_("新品"), default=False)
    is_hot = models.BooleanField(_("热销"), default=False)
    kind = models.CharField(_("商品类型"), max_length=10, choices=Kind, default=Kind.GOODS)
    most_per_order = models.PositiveIntegerField(_("每单限购"), default=0, help_text=_("0 表示不限"))
    most_per_member = models.PositiveIntegerField(_("每人限购"), default=0, help_text=_("按会员累计；0 表示不限"))
    least_per_order = models.PositiveIntegerField(_("起购数量"), default=1)
    # What is asked of whoever orders it (order_form.py); beside the limits, so that an order asks nothing extra.
    order_form = models.JSONField(_("下单表单"), default=list, blank=True, editable=False)
    video = models.ForeignKey(
        Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("视频")
    )
    on_shelf_at = models.DateTimeField(_("定时上架"), null=True, blank=True)
    off_shelf_at = models.DateTimeField(_("定时下架"), null=True, blank=True)
    # Raised by every write on what the product's form shows, so that an old form cannot overwrite a newer one.
    version = models.PositiveIntegerField(default=1, editable=False)
    # Kept by services from the SKUs and orders, so that lists and sorting need no join.
    price = MoneyField(_("最低价"), default=0, editable=False)
    list_price = MoneyField(_("划线价"), default=0, editable=False)
    sales = models.PositiveIntegerField(_("销量"), default=0, editable=False)
    cover = models.CharField(max_length=200, blank=True, default="", editable=False)
    created_at = models.DateTimeField(_("创建时间"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(_("归档时间"), null=True, editable=False)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("商品")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="product_key_unique"),
            models.UniqueConstraint(fields=["code"], name="product_code_unique"),
            models.CheckConstraint(condition=models.Q(least_per_order__gte=1), name="product_least_positive"),
            models.CheckConstraint(
                condition=models.Q(most_per_order=0) | models.Q(most_per_order__gte=models.F("least_per_order")),
                name="product_most_per_order",
            ),
            models.CheckConstraint(
                condition=models.Q(most_per_member=0) | models.Q(most_per_member__gte=models.F("least_per_order")),
                name="product_most_per_member",
            ),
            models.CheckConstraint(
                condition=models.Q(on_shelf_at=None) | models.Q(is_on_shelf=False), name="product_waits_off_shelf"
            ),
            models.CheckConstraint(
                condition=models.Q(on_shelf_at=None)
                | models.Q(off_shelf_at=None)
                | models.Q(off_shelf_at__gt=models.F("on_shelf_at")),
                name="product_shelf_window",
            ),
            models.CheckConstraint(
                condition=models.Q(archived_at=None) | models.Q(is_on_shelf=False, on_shelf_at=None, off_shelf_at=None),
                name="product_archived_off_shelf",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-sales", "-id"],
                name="product_by_sales",
                condition=models.Q(is_on_shelf=True, archived_at=None),
            ),
            models.Index(
                fields=["price", "id"], name="product_by_price", condition=models.Q(is_on_shelf=True, archived_at=None)
            ),
            models.Index(
                fields=["-created_at", "-id"],
                name="product_by_age",
                condition=models.Q(is_on_shelf=True, archived_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Option(ShopModel):
    """An option type of a product (颜色, 尺码) and its values in order."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="options")
    name = models.CharField(_("规格名"), max_length=20)
    values = models.JSONField(_("规格值"), default=list)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("规格")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["product", "name"], name="option_name_unique")]

    def __str__(self) -> str:
        return self.name


class SKUQuerySet(ShopQuerySet):
    """Reads of SKUs."""

    def sellable(self) -> "SKUQuerySet":
        """SKUs a shopper may order now, whatever their stock."""
        return self.filter(archived_at=None, product__is_on_shelf=True, product__archived_at=None)


class SKU(ShopModel):
    """One sellable combination of option values."""

    key = models.CharField(max_length=16, default=new_key, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="skus", verbose_name=_("商品"))
    code = models.CharField(_("SKU 编码"), max_length=80)
    options = models.JSONField(_("规格"), default=dict, blank=True, help_text=_('例如 {"颜色": "红", "尺码": "M"}'))
    # The option values in the merchant's order, as order lines show them; JSON objects do not keep an order.
    option_text = models.CharField(max_length=200, blank=True, default="", editable=False)
    price = MoneyField(_("价格"))
    list_price = MoneyField(_("划线价"), default=0, blank=True)
    cost_price = MoneyField(_("成本价"), default=0, blank=True)
    member_price = MoneyField(_("会员价"), default=0, blank=True)
    barcode = models.CharField(_("条形码"), max_length=32, blank=True)
    weight = models.PositiveIntegerField(_("重量（克）"), default=0)
    picture = models.ForeignKey(
        Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("图片")
    )
    position = models.PositiveSmallIntegerField(_("排序"), default=0)
    archived_at = models.DateTimeField(_("归档时间"), null=True, editable=False)

    objects = SKUQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "SKU"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="sku_key_unique"),
            models.UniqueConstraint(fields=["code"], name="sku_code_unique"),
            models.UniqueConstraint(
                fields=["product", "options"], name="sku_options_unique", condition=models.Q(archived_at=None)
            ),
            models.CheckConstraint(condition=models.Q(price__gte=1), name="sku_price_positive"),
            models.CheckConstraint(
                condition=models.Q(member_price__lte=models.F("price")), name="sku_member_price_within_price"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Attribute(ShopModel):
    """A fact about a product (材质: 100%棉)."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="attributes")
    name = models.CharField(_("参数名"), max_length=40)
    value = models.TextField(_("参数值"))
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("商品参数")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


def picture_name(instance: Any, filename: str) -> str:
    """Return the storage name of a new picture; only old migrations name this function."""
    from tenants.storage import random_name

    return random_name("webp")


class Picture(ShopModel):
    """The place of a picture of the library among a product's pictures; the first is its cover."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="pictures")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+", verbose_name=_("图片"))
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("商品图片")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return str(self.asset)

    @property
    def shown_on(self) -> Product:
        """Return what shows the picture, as the library tells a merchant."""
        return self.product
