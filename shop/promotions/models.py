"""Activities of marketing tools: when, for what and for whom. What their `rule` means, their tool knows."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU
from shop.core.base import ShopModel, ShopQuerySet
from shop.core.models import AppendOnlyModel
from shop.core.money import MoneyField
from shop.members.models import Member
from shop.pricing.values import Stage
from tenants.models import new_key


class ActivityQuerySet(ShopQuerySet):
    """Reads of activities; the database's clock decides."""

    def of_tool(self, code: str) -> "ActivityQuerySet":
        """Activities of one tool."""
        return self.filter(tool=code)

    def of_key(self, key: str) -> "Activity | None":
        """Return the activity with this key, if there is one."""
        return self.filter(key=key).first()

    def live(self) -> "ActivityQuerySet":
        """Activities that run now: published, begun, not over."""
        return self.filter(state=Activity.State.ON, starts_at__lte=Now(), ends_at__gt=Now())

    def coming(self) -> "ActivityQuerySet":
        """Published activities that have not begun."""
        return self.filter(state=Activity.State.ON, starts_at__gt=Now())

    def with_phase(self) -> "ActivityQuerySet":
        """Each with `phase`: what its state and the clock make of it (Activity.Phase)."""
        phase = Activity.Phase
        over = Q(state=Activity.State.ENDED) | Q(state=Activity.State.ON, ends_at__lte=Now())
        return self.annotate(
            phase=models.Case(
                models.When(over, then=models.Value(phase.OVER)),
                models.When(state=Activity.State.DRAFT, then=models.Value(phase.DRAFT)),
                models.When(starts_at__gt=Now(), then=models.Value(phase.COMING)),
                default=models.Value(phase.LIVE),
                output_field=models.CharField(),
            )
        )


class Activity(ShopModel):
    """One activity of a tool: a sale, a reduction, a group buy. Runs in [starts_at, ends_at) once it is published."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("草稿")
        ON = "ON", _("已发布")
        ENDED = "ENDED", _("已结束")

    class Phase(models.TextChoices):
        DRAFT = "DRAFT", _("草稿")
        COMING = "COMING", _("未开始")
        LIVE = "LIVE", _("进行中")
        OVER = "OVER", _("已结束")

    tool = models.CharField(max_length=40, editable=False)
    key = models.CharField(max_length=16, default=new_key, editable=False)
    title = models.CharField(_("活动名称"), max_length=40)
    # What shoppers read of it, written by its tool from the rule: 满 100 减 10，满 200 减 25.
    summary = models.CharField(max_length=120, blank=True, default="", editable=False)
    state = models.CharField(_("状态"), max_length=5, choices=State, default=State.DRAFT, editable=False)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    rule = models.JSONField(default=dict, editable=False)
    # {"all": bool, "products": [pk], "categories": [pk], "without": [product pk]}
    scope = models.JSONField(default=dict, editable=False)
    excludes = models.JSONField(default=list, editable=False)  # stages (numbers) that it shares no line with
    group = models.CharField(max_length=40, blank=True, default="", editable=False)
    priority = models.PositiveSmallIntegerField(_("优先级"), default=0, help_text=_("省得一样多时，数字小的先用"))
    has_stock = models.BooleanField(default=False, editable=False)  # units of its own, carved from the shop's stock
    pay_minutes = models.PositiveSmallIntegerField(
        _("付款时限（分钟）"), null=True, blank=True, help_text=_("不填用店铺设置")
    )
    most_per_order = models.PositiveIntegerField(_("每单限购"), default=0, help_text=_("0 表示不限"))
    most_per_member = models.PositiveIntegerField(_("每人限购"), default=0, help_text=_("0 表示不限"))
    most_per_phone = models.PositiveIntegerField(_("每个手机号限购"), default=0, help_text=_("0 表示不限"))
    most_per_address = models.PositiveIntegerField(_("每个地址限购"), default=0, help_text=_("0 表示不限"))
    most_members = models.PositiveIntegerField(_("参与人数上限"), default=0, help_text=_("0 表示不限"))
    views = models.PositiveIntegerField(_("浏览"), default=0, editable=False)
    created_at = models.DateTimeField(_("创建时间"), db_default=Now(), editable=False)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("营销活动")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="activity_key_unique"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="activity_window"),
            models.CheckConstraint(
                condition=Q(pay_minutes=None) | Q(pay_minutes__gte=1), name="activity_pay_minutes_positive"
            ),
        ]
        indexes = [
            models.Index(fields=["ends_at"], name="activity_live", condition=Q(state="ON")),
            models.Index(fields=["tool", "-id"], name="activity_by_tool"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def bucket(self) -> str:
        """Return where its own stock is, "" when it sells from the shop's."""
        return self.key if self.has_stock else ""

    @property
    def excluded_stages(self) -> frozenset[Stage]:
        """Return the stages that it shares no line with."""
        return frozenset(Stage(number) for number in self.excludes)


class ActivityItem(ShopModel):
    """A SKU that an activity names, with its price there and the units carved for it."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="items")
    sku = models.ForeignKey(SKU, on_delete=models.PROTECT, related_name="+", verbose_name="SKU")
    price = MoneyField(_("活动价"), null=True, blank=True)
    units = models.PositiveIntegerField(_("活动库存"), default=0)
    details = models.JSONField(default=dict, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("活动商品")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "sku"], name="activity_item_once"),
            models.CheckConstraint(condition=Q(price=None) | Q(price__gte=1), name="activity_item_price"),
        ]
        indexes = [models.Index(fields=["sku"], name="activity_item_by_sku")]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.sku_id}"


class Claim(ShopModel):
    """What one order took of an activity with limits: units, and those of them that were given back."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="claims")
    order = models.CharField(max_length=40)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    phone = models.CharField(max_length=64, blank=True, default="")
    address = models.CharField(max_length=64, blank=True, default="")
    units = models.PositiveIntegerField()
    returned = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("参与记录")
        constraints = [
            models.UniqueConstraint(fields=["order", "activity"], name="claim_once"),
            models.CheckConstraint(condition=Q(units__gte=1, returned__lte=F("units")), name="claim_returned"),
        ]

    def __str__(self) -> str:
        return f"{self.order}: {self.units}"


class Use(ShopModel):
    """How many units of an activity one member, phone or address has; kept by one statement that refuses to pass it.

    Of kind ALL there is one row: its units are the members that take part, for activities that bound them.
    """

    class Kind(models.TextChoices):
        MEMBER = "MEMBER", _("会员")
        PHONE = "PHONE", _("手机号")
        ADDRESS = "ADDRESS", _("地址")
        ALL = "ALL", _("全部")

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="uses")
    kind = models.CharField(max_length=7, choices=Kind)
    subject = models.CharField(max_length=64, blank=True)
    units = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("参与次数")
        constraints = [models.UniqueConstraint(fields=["activity", "kind", "subject"], name="use_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.units}"


class Perk(AppendOnlyModel):
    """What an order gives beside money off once it is complete: points, a coupon."""

    order = models.CharField(max_length=40)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    tool = models.CharField(max_length=40)
    ref = models.CharField(max_length=40)
    kind = models.CharField(max_length=20)
    quantity = models.PositiveIntegerField()
    what = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        verbose_name = verbose_name_plural = _("赠送")
        constraints = [
            models.UniqueConstraint(fields=["order", "tool", "ref", "kind", "what"], name="perk_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} × {self.quantity}"


def scope_json(**chosen: Any) -> dict[str, Any]:
    """Return a scope as it is stored: `is_all`, `products`, `categories`, `without` (primary keys)."""
    return {"all": bool(chosen.pop("is_all", False)), **{name: sorted(set(keys)) for name, keys in chosen.items()}}
