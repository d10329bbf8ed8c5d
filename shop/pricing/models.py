"""Freight."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel
from shop.core.money import MoneyField


class FreightRule(ShopModel):
    """What delivery costs: by piece or by weight, free from an amount. One row."""

    class Mode(models.TextChoices):
        PIECE = "PIECE", _("按件数")
        WEIGHT = "WEIGHT", _("按重量")

    mode = models.CharField(_("计费方式"), max_length=6, choices=Mode, default=Mode.PIECE)
    first = models.PositiveIntegerField(_("首件数（件）或首重（克）"), default=1)
    first_fee = MoneyField(_("首费"), default=0)
    extra = models.PositiveIntegerField(_("续件数（件）或续重（克）"), default=1)
    extra_fee = MoneyField(_("续费"), default=0)
    free_over = MoneyField(_("满多少包邮"), null=True, blank=True, help_text=_("不填表示不包邮"))

    class Meta:
        verbose_name = verbose_name_plural = _("运费")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="freight_one_row"),
            models.CheckConstraint(condition=models.Q(first__gte=1, extra__gte=1), name="freight_steps_positive"),
        ]

    def __str__(self) -> str:
        return str(self.get_mode_display())
