"""Brands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel
from tenants.models import new_key


class Brand(ShopModel):
    """Who makes a product."""

    key = models.CharField(max_length=16, default=new_key, editable=False)
    name = models.CharField(_("名称"), max_length=60)
    story = models.TextField(_("品牌故事"), blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("品牌")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="brand_key_unique"),
            models.UniqueConstraint(fields=["name"], name="brand_name_unique"),
        ]

    def __str__(self) -> str:
        return self.name
