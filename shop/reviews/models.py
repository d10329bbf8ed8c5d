"""What shoppers say of products."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.core.base import ShopModel


class Review(ShopModel):
    """One review of a product; an imported one has no score."""

    class Source(models.TextChoices):
        ORDER = "ORDER", _("订单评价")
        IMPORT = "IMPORT", _("导入")

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("商品"))
    author = models.CharField(_("昵称"), max_length=40, default="匿名")
    score = models.PositiveSmallIntegerField(_("评分"), null=True)
    content = models.TextField(_("内容"), max_length=2000)
    source = models.CharField(_("来源"), max_length=8, choices=Source, default=Source.ORDER)
    is_shown = models.BooleanField(_("显示"), default=True)
    created_at = models.DateTimeField(_("时间"), db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = _("商品评价")
        indexes = [models.Index(fields=["product", "-created_at"], name="review_by_product")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__gte=1, score__lte=5), name="review_score_1_to_5"
            )
        ]

    def __str__(self) -> str:
        return self.content[:20]
