"""Sessions of flash sales, for a page of their own, and who wants to be told of them."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel
from shop.members.models import Member
from shop.promotions.models import Activity

CODE = "flash_sale"


class FlashSale(Activity):
    """One session: SKUs at a very low price, with units of their own."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("秒杀")


class Reminder(ShopModel):
    """A member wants to be told shortly before a session begins; `told_at` is when the shop published it."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("秒杀提醒")
        constraints = [models.UniqueConstraint(fields=["activity", "member"], name="flash_sale_reminder_once")]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.member_id}"
