"""What a merchant writes once and uses for many products: option types and attributes."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.catalog.models.categories import Category
from shop.core.base import ShopModel
from tenants.models import new_key


class SpecTemplate(ShopModel):
    """Option types with their values, taken over into a product; later changes leave that product alone."""

    key = models.CharField(max_length=16, default=new_key, editable=False)
    name = models.CharField(_("名称"), max_length=40)
    options = models.JSONField(_("规格"), default=list)  # [{"name": "颜色", "values": ["红", "白"]}]

    class Meta:
        verbose_name = verbose_name_plural = _("规格模板")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="spec_template_key_unique"),
            models.UniqueConstraint(fields=["name"], name="spec_template_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class AttributeTemplate(ShopModel):
    """The attributes that products of a category, and of those below it, should have."""

    key = models.CharField(max_length=16, default=new_key, editable=False)
    category = models.OneToOneField(
        Category, on_delete=models.CASCADE, related_name="attribute_template", verbose_name=_("分类")
    )
    rows = models.JSONField(_("参数"), default=list)  # [{"name": "材质", "values": ["棉"], "required": true}]

    class Meta:
        verbose_name = verbose_name_plural = _("参数模板")
        constraints = [models.UniqueConstraint(fields=["key"], name="attribute_template_key_unique")]

    def __str__(self) -> str:
        return str(self.category)
