"""How often products were bought together, as far as recommendations need it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.core.base import ShopModel

MOST_PAIRS = 20  # kept of one product: a few more than are shown, for some will be sold out
DAYS = 180


class BoughtTogether(ShopModel):
    """In how many paid orders of the last days `product` was with `other`; the other way round is another row."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="bought_with")
    other = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    orders = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("一起购买")
        constraints = [
            models.UniqueConstraint(fields=["product", "other"], name="bought_together_once"),
            models.CheckConstraint(condition=~models.Q(product=models.F("other")), name="bought_together_two"),
            models.CheckConstraint(condition=models.Q(orders__gte=1), name="bought_together_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.other_id}: {self.orders}"
