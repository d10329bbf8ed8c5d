"""What shoppers say of products."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from shop.catalog.models import Product
from shop.core.base import ShopModel, ShopQuerySet
from shop.library.models import Asset
from shop.members.messages import Consent
from shop.members.models import Member
from tenants.models import new_key

APPEND_DAYS = 180  # within which a review may be added to
ANONYMOUS = gettext_noop("匿名")  # stored
TAGS = ("质量好", "性价比高", "与描述相符", "包装用心", "物流快", "会再买")


def default_tags() -> list[str]:
    """Return the words that shoppers may choose from in a new shop."""
    return list(TAGS)


class Check(models.TextChoices):
    """Whether shoppers see what was written."""

    PENDING = "PENDING", _("待审核")
    SHOWN = "SHOWN", _("已显示")
    HIDDEN = "HIDDEN", _("已隐藏")


class ReviewQuerySet(ShopQuerySet):
    """Reads of reviews."""

    def shown(self) -> "ReviewQuerySet":
        """Reviews that shoppers see."""
        return self.filter(state=Check.SHOWN)

    def unread(self) -> "ReviewQuerySet":
        """Shoppers' reviews that no colleague has looked at."""
        return self.filter(source=Review.Source.ORDER, read_at=None)

    def waiting(self) -> "ReviewQuerySet":
        """Reviews about which a colleague has to decide whether to show them or what was added."""
        return self.filter(Q(state=Check.PENDING) | Q(addition__state=Check.PENDING))


class Review(ShopModel):
    """One review of a product; an imported one has no score, and none belongs to an order line twice."""

    class Source(models.TextChoices):
        ORDER = "ORDER", _("订单评价")
        IMPORT = "IMPORT", _("导入")
        AUTO = "AUTO", _("系统补评")

    PERSONAL = ("author",)
    State = Check

    key = models.CharField(max_length=16, default=new_key, editable=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews", verbose_name=_("商品"))
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="reviews", editable=False)
    # The order lies above this app: its number and the line's primary key, not foreign keys.
    order_number = models.CharField(_("订单号"), max_length=32, blank=True, db_default="", editable=False)
    line = models.BigIntegerField(null=True, editable=False)
    options = models.CharField(_("规格"), max_length=200, blank=True, db_default="", editable=False)
    author = models.CharField(_("昵称"), max_length=40, default=ANONYMOUS)
    score = models.PositiveSmallIntegerField(_("评分"), null=True)
    service_score = models.PositiveSmallIntegerField(_("服务评分"), null=True)
    logistics_score = models.PositiveSmallIntegerField(_("物流评分"), null=True)
    tags = ArrayField(models.CharField(max_length=12), verbose_name=_("标签"), default=list, db_default=[], blank=True)
    content = models.TextField(_("内容"), max_length=2000)
    source = models.CharField(_("来源"), max_length=8, choices=Source, default=Source.ORDER)
    state = models.CharField(_("状态"), max_length=8, choices=Check, db_default=Check.SHOWN, default=Check.SHOWN)
    state_reason = models.CharField(_("原因"), max_length=120, blank=True, db_default="")
    reply = models.TextField(_("商家回复"), max_length=500, blank=True, db_default="")
    replied_at = models.DateTimeField(_("回复时间"), null=True)
    replied_by = models.CharField(max_length=254, blank=True, db_default="")
    read_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("时间"), db_default=Now())

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("商品评价")
        indexes = [
            models.Index(fields=["product", "-created_at"], name="review_by_product"),
            models.Index(fields=["member", "-id"], name="review_by_member", condition=Q(member__isnull=False)),
            models.Index(fields=["-id"], name="review_unread", condition=Q(source="ORDER", read_at=None)),
            models.Index(fields=["-id"], name="review_pending", condition=Q(state="PENDING")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="review_key_unique"),
            models.UniqueConstraint(fields=["line"], name="review_line_once", condition=Q(line__isnull=False)),
            models.CheckConstraint(condition=Q(score=None) | Q(score__gte=1, score__lte=5), name="review_score_1_to_5"),
            models.CheckConstraint(
                condition=(Q(service_score=None) | Q(service_score__gte=1, service_score__lte=5))
                & (Q(logistics_score=None) | Q(logistics_score__gte=1, logistics_score__lte=5)),
                name="review_other_scores_1_to_5",
            ),
        ]

    def __str__(self) -> str:
        return self.content[:20]

    @property
    def can_append(self) -> bool:
        """Return whether its author may add to it: once, and not too long afterwards."""
        return getattr(self, "addition", None) is None and timezone.now() < self.created_at + timedelta(APPEND_DAYS)


class Addition(ShopModel):
    """What a shopper added to a review later, once."""

    review = models.OneToOneField(Review, on_delete=models.CASCADE, related_name="addition")
    content = models.TextField(_("追评"), max_length=2000)
    state = models.CharField(_("状态"), max_length=8, choices=Check, default=Check.PENDING)
    state_reason = models.CharField(_("原因"), max_length=120, blank=True, default="")
    created_at = models.DateTimeField(_("时间"), db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = _("追评")
        indexes = [models.Index(fields=["-id"], name="addition_pending", condition=Q(state="PENDING"))]

    def __str__(self) -> str:
        return self.content[:20]


class ReviewPicture(ShopModel):
    """A picture of a review, or of what was added to it."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="pictures")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="review_pictures")
    is_added = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("评价图片")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["review", "asset"], name="review_picture_once")]

    def __str__(self) -> str:
        return str(self.asset_id)

    @property
    def shown_on(self) -> Review:
        """Return the review, where the picture is to be found."""
        return self.review


class ReviewSummary(ShopModel):
    """What the shown reviews of a product come to; renewed in the transaction that changes them."""

    product = models.OneToOneField(Product, on_delete=models.CASCADE, related_name="review_summary")
    shown = models.PositiveIntegerField(default=0)
    pictured = models.PositiveIntegerField(default=0)
    # How many gave one star, two stars … five stars.
    stars = ArrayField(models.PositiveIntegerField(), size=5, default=list, db_default=[0, 0, 0, 0, 0])

    class Meta:
        verbose_name = verbose_name_plural = _("评价汇总")

    def __str__(self) -> str:
        return f"{self.product_id}: {self.shown}"


class ReviewSettings(ShopModel):
    """One row: who may review until when, what is checked, how shoppers are asked."""

    review_days = models.PositiveSmallIntegerField(
        _("收货后可评价的天数"), default=30, help_text=_("超过以后买家不能再评价这笔订单")
    )
    pictures_wait = models.BooleanField(
        _("带图评价先审核"), default=False, help_text=_("图片不会自动检查；打开后，带图的评价由您看过再显示")
    )
    blocked_words = models.TextField(
        _("屏蔽词"), blank=True, default="", help_text=_("每行一个；评价里出现这些词时不显示")
    )
    tags = ArrayField(models.CharField(max_length=12), verbose_name=_("评价标签"), size=12, default=default_tags)
    auto_review_days = models.PositiveSmallIntegerField(
        _("自动补评（天）"),
        default=0,
        help_text=_("收货这么多天后买家没有评价，就记一条“没有填写评价”，不计入评分；0 表示不补"),
    )
    invite_hours = models.PositiveSmallIntegerField(
        _("邀请评价（收货后多少小时）"), default=24, help_text=_("只发给同意接收的买家；没有填模板编号就不发送")
    )
    invite_template = models.CharField(
        _("邀请评价的订阅消息模板编号"),
        max_length=64,
        blank=True,
        default="",
        help_text=_("在微信公众平台“订阅消息”里选好模板后，复制模板编号到这里"),
    )
    invite_product_field = models.CharField(
        _("模板里写商品名的字段"), max_length=32, blank=True, default="thing1", help_text=_("例如 thing1")
    )
    invite_note_field = models.CharField(
        _("模板里写提示的字段"), max_length=32, blank=True, default="thing2", help_text=_("例如 thing2，没有就留空")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("评价设置")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="review_settings_one_row"),
            models.CheckConstraint(condition=Q(review_days__gte=1), name="review_settings_days"),
        ]

    def __str__(self) -> str:
        return str(_("评价设置"))


class Invitation(Consent):
    """A shopper's consent to be asked once for a review of an order, and what became of it."""

    order_number = models.CharField(max_length=32)
    member = models.ForeignKey(Member, on_delete=models.CASCADE)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = _("评价邀请")
        constraints = [models.UniqueConstraint(fields=["order_number"], name="invitation_once")]

    def __str__(self) -> str:
        return self.order_number
