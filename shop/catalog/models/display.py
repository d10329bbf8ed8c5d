"""What stands beside a product: tags, promises of the shop, related products."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.catalog.models.products import Product
from shop.core.base import ShopModel, ShopQuerySet
from tenants.models import new_key


class Tag(ShopModel):
    """A coloured badge on products."""

    key = models.CharField(max_length=16, default=new_key, editable=False)
    name = models.CharField(_("名称"), max_length=12)
    colour = models.CharField(_("颜色"), max_length=7, default="#c2410c")

    class Meta:
        verbose_name = verbose_name_plural = _("商品标签")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="tag_key_unique"),
            models.UniqueConstraint(fields=["name"], name="tag_name_unique"),
            models.CheckConstraint(condition=models.Q(colour__regex=r"^#[0-9a-f]{6}$"), name="tag_colour"),
        ]

    def __str__(self) -> str:
        return self.name


class ProductTag(ShopModel):
    """A tag of a product."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="product_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="product_tags")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["product", "tag"], name="product_tag_once")]

    def __str__(self) -> str:
        return str(self.tag)


class GuaranteeQuerySet(ShopQuerySet):
    """Reads of guarantees."""

    def of_product(self, product: Product) -> "GuaranteeQuerySet":
        """Guarantees that hold for the product: those for all and those chosen for it."""
        chosen = ProductGuarantee.objects.filter(product=product).values("guarantee")
        return self.filter(models.Q(is_for_all=True) | models.Q(pk__in=chosen))


class Guarantee(ShopModel):
    """A promise of the shop, such as returns within seven days."""

    key = models.CharField(max_length=16, default=new_key, editable=False)
    name = models.CharField(_("名称"), max_length=20)
    description = models.CharField(_("说明"), max_length=200, blank=True)
    icon = models.CharField(_("图标文字"), max_length=4, blank=True, help_text=_("一两个字，例如 退、保、正"))
    is_for_all = models.BooleanField(_("所有商品"), default=True, help_text=_("关闭后，只用于在商品里勾选了它的商品"))
    position = models.PositiveSmallIntegerField(_("排序"), default=0)

    objects = GuaranteeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("服务保障")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="guarantee_key_unique"),
            models.UniqueConstraint(fields=["name"], name="guarantee_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class ProductGuarantee(ShopModel):
    """A guarantee chosen for a product."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="product_guarantees")
    guarantee = models.ForeignKey(Guarantee, on_delete=models.CASCADE, related_name="product_guarantees")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["product", "guarantee"], name="product_guarantee_once")]

    def __str__(self) -> str:
        return str(self.guarantee)


class RelatedProduct(ShopModel):
    """A product that is shown on another one's page."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="related_products")
    related = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="related_to")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["product", "related"], name="related_product_once"),
            models.CheckConstraint(condition=~models.Q(related=models.F("product")), name="related_product_other"),
        ]

    def __str__(self) -> str:
        return str(self.related)
