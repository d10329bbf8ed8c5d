"""User agreement and privacy policy."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel


class Agreement(ShopModel):
    """What shoppers agree to, as rich text; without a text of its own the shop shows the usual one."""

    class Kind(models.TextChoices):
        USER = "user", _("用户协议")
        PRIVACY = "privacy", _("隐私政策")

    kind = models.CharField(_("协议"), max_length=8, choices=Kind, editable=False)
    text = models.TextField(
        _("协议正文"), blank=True, default="", max_length=50_000, help_text=_("留空就显示平台提供的通用文本")
    )
    text_en = models.TextField(
        _("英文正文"),
        blank=True,
        default="",
        max_length=50_000,
        help_text=_("给使用英文的顾客看；留空时，有中文正文就显示中文正文"),
    )
    updated_at = models.DateTimeField(_("修改时间"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("协议")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind"], name="agreement_kind_unique")]

    def __str__(self) -> str:
        return str(self.get_kind_display())
