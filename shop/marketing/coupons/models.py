"""Coupons: what a template promises, what members hold of it, and codes that are good for one."""

from typing import Any
from uuid import uuid4

from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel, ShopQuerySet
from shop.core.encrypted import EncryptedText
from shop.core.money import MoneyField
from shop.members.models import Member
from tenants.models import new_key

RULE = ("title", "kind", "value", "share_bp", "cap", "threshold", "scope", "is_stackable", "excludes")


class CouponTemplateQuerySet(ShopQuerySet):
    """Reads of templates; the database's clock decides."""

    def in_time(self) -> "CouponTemplateQuerySet":
        """Templates whose coupons could still be used."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gt=Now()))

    def grantable(self) -> "CouponTemplateQuerySet":
        """Published templates whose coupons could still be used."""
        return self.in_time().filter(state=CouponTemplate.State.ON)

    def open(self, given: str) -> "CouponTemplateQuerySet":
        """Templates that are given in this way now: published, in their window."""
        begun = Q(claim_from=None) | Q(claim_from__lte=Now())
        return self.grantable().filter(begun, Q(claim_until=None) | Q(claim_until__gt=Now()), given=given)

    def shown(self) -> "CouponTemplateQuerySet":
        """Templates of the centre that were published; who comes too late is told so."""
        states = [CouponTemplate.State.ON, CouponTemplate.State.ENDED]
        return self.filter(given=CouponTemplate.Given.CLAIM, state__in=states)

    def with_used(self) -> "CouponTemplateQuerySet":
        """Each with `used`: how many of its coupons orders hold. No counter: it would make orders wait in a row."""
        used = Count("coupons", filter=Q(coupons__state=Coupon.State.USED))
        return self.annotate(used=used)


class CouponTemplate(ShopModel):
    """What a coupon promises, to whom and when. What members hold is a copy: changes here leave it as it is."""

    class Kind(models.TextChoices):
        FIXED = "FIXED", _("减金额")
        PERCENT = "PERCENT", _("打折")
        FREIGHT = "FREIGHT", _("减运费")

    class Given(models.TextChoices):
        CLAIM = "CLAIM", _("领券中心领取")
        REGISTER = "REGISTER", _("新人专享")
        ISSUE = "ISSUE", _("商家发放")
        CODE = "CODE", _("兑换码")

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("草稿")
        ON = "ON", _("已发布")
        ENDED = "ENDED", _("已结束")

    key = models.CharField(max_length=16, default=new_key, editable=False)
    title = models.CharField(_("优惠券名称"), max_length=40)
    kind = models.CharField(_("类型"), max_length=7, choices=Kind, default=Kind.FIXED)
    # Fen off the goods (FIXED) or off the freight (FREIGHT, 0 for all of it).
    value = MoneyField(_("面额"), default=0, help_text=_("减运费时 0 表示全免"))
    share_bp = models.PositiveSmallIntegerField(_("折扣"), default=0)  # basis points off
    cap = MoneyField(_("最多减"), null=True, blank=True, help_text=_("不填表示不限"))
    threshold = MoneyField(_("使用门槛"), default=0, help_text=_("0 表示无门槛"))
    # {"all": bool, "products": [pk], "categories": [pk], "without": [product pk]}
    scope = models.JSONField(default=dict, blank=True, editable=False)
    valid_from = models.DateTimeField(_("可用时间起"), null=True, blank=True)
    valid_until = models.DateTimeField(_("可用时间止"), null=True, blank=True)
    days_after = models.PositiveSmallIntegerField(_("领取几天后可用"), default=0)
    days_valid = models.PositiveSmallIntegerField(_("可用天数"), null=True, blank=True)
    claim_from = models.DateTimeField(_("领取时间起"), null=True, blank=True)
    claim_until = models.DateTimeField(_("领取时间止"), null=True, blank=True)
    total = models.PositiveIntegerField(_("发放总量"), default=0, help_text=_("0 表示不限"))
    most_per_member = models.PositiveSmallIntegerField(_("每人限领"), default=1, help_text=_("0 表示不限"))
    given = models.CharField(_("发放方式"), max_length=8, choices=Given, default=Given.CLAIM)
    is_stackable = models.BooleanField(_("可与其他优惠券同用"), default=False)
    excludes = models.JSONField(default=list, blank=True, editable=False)  # stages that it shares no line with
    state = models.CharField(_("状态"), max_length=5, choices=State, default=State.DRAFT, editable=False)
    claimed = models.PositiveIntegerField(_("已领取"), default=0, editable=False)
    created_at = models.DateTimeField(_("创建时间"), db_default=Now(), editable=False)

    objects = CouponTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("优惠券")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="coupon_template_key_unique"),
            models.CheckConstraint(
                condition=Q(kind="FIXED", value__gte=1, share_bp=0, cap=None)
                | Q(Q(cap=None) | Q(cap__gte=1), kind="PERCENT", value=0, share_bp__range=(1, 9_999))
                | Q(kind="FREIGHT", value__gte=0, share_bp=0, cap=None),
                name="coupon_template_value",
            ),
            models.CheckConstraint(condition=Q(threshold__gte=0), name="coupon_template_threshold"),
            models.CheckConstraint(
                condition=Q(  # IS NOT NULL everywhere: a comparison with nothing would pass
                    valid_from__isnull=False,
                    valid_until__isnull=False,
                    valid_until__gt=F("valid_from"),
                    days_after=0,
                    days_valid=None,
                )
                | Q(valid_from=None, valid_until=None, days_valid__isnull=False, days_valid__gte=1),
                name="coupon_template_validity",
            ),
            models.CheckConstraint(
                condition=Q(claim_from=None) | Q(claim_until=None) | Q(claim_until__gt=F("claim_from")),
                name="coupon_template_window",
            ),
            models.CheckConstraint(condition=Q(total=0) | Q(claimed__lte=F("total")), name="coupon_template_total"),
        ]
        indexes = [models.Index(fields=["given", "-id"], name="coupon_template_on", condition=Q(state="ON"))]

    def __str__(self) -> str:
        return self.title

    def rule(self) -> dict[str, Any]:
        """Return what its coupons promise, as they keep it."""
        return {name: getattr(self, name) for name in RULE}

    @property
    def left_percent(self) -> int | None:
        """Return the share that is left, rounded up: 0 only when nothing is; None without a limit."""
        return -(-(self.total - self.claimed) * 100 // self.total) if self.total else None


class CouponQuerySet(ShopQuerySet):
    """Reads of members' coupons; the database's clock decides what is over."""

    def of(self, member: Member) -> "CouponQuerySet":
        """One member's coupons."""
        return self.filter(member=member)

    def usable(self) -> "CouponQuerySet":
        """Those that are not used and not over, though some may not have begun; the first to end first."""
        return self.filter(state=Coupon.State.UNUSED, ends_at__gt=Now()).order_by("ends_at", "pk")

    def used(self) -> "CouponQuerySet":
        """Those that orders hold, the last used first."""
        return self.filter(state=Coupon.State.USED).order_by("-used_at", "-pk")

    def expired(self) -> "CouponQuerySet":
        """Those that are over or were taken back, the last to end first."""
        over = Q(state=Coupon.State.UNUSED, ends_at__lte=Now())
        return self.filter(over | Q(state=Coupon.State.VOID)).order_by("-ends_at", "-pk")


class Coupon(ShopModel):
    """A member's coupon, good in [starts_at, ends_at). Given once per `business_key`.

    It is nobody's when its member was merged into another, which only one with nothing but gifts for newcomers can be.
    """

    class State(models.TextChoices):
        UNUSED = "UNUSED", _("未使用")
        USED = "USED", _("已使用")
        VOID = "VOID", _("已作废")

    class Source(models.TextChoices):
        CLAIM = "CLAIM", _("领取")
        REGISTER = "REGISTER", _("新人专享")
        ISSUE = "ISSUE", _("商家发放")
        CODE = "CODE", _("兑换码")
        REWARD = "REWARD", _("活动赠送")

    LOST_IN_MERGE = Q(source="REGISTER", state="UNUSED")  # the member that stays had its own

    key = models.CharField(_("编号"), max_length=16, default=new_key, editable=False)
    member = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, related_name="coupons", verbose_name=_("会员")
    )
    template = models.ForeignKey(
        CouponTemplate, on_delete=models.PROTECT, related_name="coupons", verbose_name=_("优惠券")
    )
    rule = models.JSONField(editable=False)
    starts_at = models.DateTimeField(_("可用时间起"))
    ends_at = models.DateTimeField(_("可用时间止"))
    state = models.CharField(_("状态"), max_length=6, choices=State, default=State.UNUSED)
    order = models.CharField(_("订单"), max_length=40, blank=True, default="")
    source = models.CharField(_("来源"), max_length=8, choices=Source)
    business_key = models.CharField(max_length=160, editable=False)
    created_at = models.DateTimeField(_("领取时间"), db_default=Now())
    used_at = models.DateTimeField(_("使用时间"), null=True)
    void_note = models.CharField(_("作废原因"), max_length=80, blank=True, default="")

    objects = CouponQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("会员的优惠券")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="coupon_key_unique"),
            models.UniqueConstraint(fields=["business_key"], name="coupon_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="coupon_window"),
            models.CheckConstraint(
                condition=Q(state="USED", used_at__isnull=False, member__isnull=False) & ~Q(order="")
                | Q(state__in=["UNUSED", "VOID"], used_at=None, order=""),
                name="coupon_used_by_order",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "ends_at"], name="coupon_unused", condition=Q(state="UNUSED")),
            models.Index(fields=["member", "-id"], name="coupon_of_member"),
            models.Index(fields=["order"], name="coupon_of_order", condition=Q(state="USED")),
            models.Index(fields=["template"], name="coupon_used", condition=Q(state="USED")),
        ]

    def __str__(self) -> str:
        return f"{self.rule['title']} {self.key}"


class CouponHolding(ShopModel):
    """How many coupons of a template a member was given; kept by one statement that refuses to pass the limit."""

    IS_LOST_IN_MERGE = True  # it goes as its coupons do

    template = models.ForeignKey(CouponTemplate, on_delete=models.CASCADE, related_name="holdings")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    count = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("领取次数")
        constraints = [models.UniqueConstraint(fields=["template", "member"], name="coupon_holding_once")]

    def __str__(self) -> str:
        return f"{self.template_id} {self.member_id}: {self.count}"


class CouponCode(ShopModel):
    """A code that whoever types it first gets one coupon for."""

    uuid = models.UUIDField(default=uuid4, editable=False)
    template = models.ForeignKey(
        CouponTemplate, on_delete=models.PROTECT, related_name="codes", verbose_name=_("优惠券")
    )
    batch = models.CharField(_("批次"), max_length=40)
    code_sealed = models.TextField(editable=False)
    code_digest = models.CharField(max_length=64, editable=False)
    code_last4 = models.CharField(_("末四位"), max_length=4, editable=False)
    code = EncryptedText("code", lookup=True)
    coupon = models.OneToOneField(Coupon, on_delete=models.PROTECT, null=True, related_name="code")
    created_at = models.DateTimeField(_("生成时间"), db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = _("兑换码")
        constraints = [models.UniqueConstraint(fields=["code_digest"], name="coupon_code_unique")]
        indexes = [models.Index(fields=["template", "batch", "id"], name="coupon_code_batch")]

    def __str__(self) -> str:
        return f"****{self.code_last4}"


class CodeTries(ShopModel):
    """How many wrong codes a member typed since when."""

    IS_LOST_IN_MERGE = True

    member = models.OneToOneField(Member, on_delete=models.CASCADE, related_name="+")
    tries = models.PositiveSmallIntegerField()
    since = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("兑换尝试")

    def __str__(self) -> str:
        return f"{self.member_id}: {self.tries}"
