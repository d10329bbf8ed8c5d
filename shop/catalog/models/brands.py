"""Brands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel
from shop.library.models import Asset
from tenants.models import new_key


class Brand(ShopModel):
    """Who makes a product."""

    key = models.CharField(max_length=16, default=new_key, editable=False)
    name = models.CharField(_("名称"), max_length=60)
    logo = models.ForeignKey(
        Asset, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("标志")
    )
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


class BrandQualification(ShopModel):
    """A picture that proves what a brand says, such as a certificate or an authorisation."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="qualifications")
    picture = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("品牌资质")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["brand", "picture"], name="brand_qualification_once")]

    def __str__(self) -> str:
        return str(self.brand)

    @property
    def shown_on(self) -> Brand:
        """Return what shows the picture, as the library tells a merchant."""
        return self.brand
