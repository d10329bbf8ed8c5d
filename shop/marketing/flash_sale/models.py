"""Sessions of flash sales, for a page of their own, and who wants to be told of them."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel, ShopQuerySet
from shop.members.messages import Consent
from shop.members.models import Member
from shop.promotions.models import Activity

CODE = "flash_sale"


class FlashSale(Activity):
    """One session: SKUs at a very low price, with units of their own."""

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("秒杀")


class Reminder(Consent):
    """A member wants to be told shortly before a session begins; `told_at` is when the shop published it.

    Without a `template` the member agreed to no message of WeChat, and only the event says so.
    """

    template = models.CharField(max_length=64, blank=True, default="")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("秒杀提醒")
        constraints = [models.UniqueConstraint(fields=["activity", "member"], name="flash_sale_reminder_once")]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.member_id}"


class ReminderSettingsQuerySet(ShopQuerySet):
    """Reads of the settings."""

    def current(self) -> "ReminderSettings":
        """Return the shop's settings, those of a new shop when it has set none."""
        return self.first() or ReminderSettings()


class ReminderSettings(ShopModel):
    """One row: the template of the message that a flash sale is about to begin."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    template = models.CharField(
        _("开抢提醒的订阅消息模板编号"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("在微信公众平台“订阅消息”里选好模板后，复制模板编号到这里；不填就不显示“提醒我”"),
    )
    title_field = models.CharField(
        _("模板里写活动名称的字段"), max_length=32, blank=True, default="thing1", help_text=_("例如 thing1")
    )
    time_field = models.CharField(
        _("模板里写开始时间的字段"), max_length=32, blank=True, default="time2", help_text=_("例如 time2")
    )
    note_field = models.CharField(
        _("模板里写提示的字段"), max_length=32, blank=True, default="thing3", help_text=_("例如 thing3，没有就留空")
    )

    objects = ReminderSettingsQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("秒杀提醒")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="flash_sale_settings_one_row")]

    def __str__(self) -> str:
        return str(_("秒杀提醒"))
