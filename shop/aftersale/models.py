"""After-sales: what a member wants back of an order, and what became of it."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel, ShopQuerySet
from shop.core.money import MoneyField
from shop.library.models import Asset
from shop.members.models import Member
from shop.orders.models import Order, OrderLine, new_number

CAUSE = "after_sale:"


class AfterSaleQuerySet(ShopQuerySet):
    """Reads of after-sales."""

    def of(self, member: Member) -> "AfterSaleQuerySet":
        """After-sales of one member."""
        return self.filter(member=member)

    def waiting(self) -> "AfterSaleQuerySet":
        """After-sales that the merchant has to decide."""
        return self.filter(state=AfterSale.State.APPLIED)

    def open(self) -> "AfterSaleQuerySet":
        """After-sales that are not decided, or whose money is on its way."""
        return self.filter(state__in=(AfterSale.State.APPLIED, AfterSale.State.REFUNDING))

    def shown(self) -> "AfterSaleQuerySet":
        """After-sales with what pages and answers show of them."""
        return self.select_related("order", "member").prefetch_related("lines__order_line", "pictures__asset")


class AfterSale(ShopModel):
    """Units of an order whose money the member wants back. `state` moves only along NEXT, by services.

    `amount` is what the lines come to and `freight`, which is decided when the merchant agrees: it goes back with
    the last units of an order of which nothing was sent.
    """

    class State(models.TextChoices):
        APPLIED = "APPLIED", _("待处理")
        REFUNDING = "REFUNDING", _("退款中")
        DONE = "DONE", _("已退款")
        REJECTED = "REJECTED", _("已拒绝")
        CANCELLED = "CANCELLED", _("已撤销")

    class Reason(models.TextChoices):
        UNWANTED = "UNWANTED", _("不想要了")
        WRONG = "WRONG", _("拍错或多拍")
        MISSING = "MISSING", _("少件或漏发")
        BROKEN = "BROKEN", _("破损或有瑕疵")
        DIFFERENT = "DIFFERENT", _("与描述不符")
        LATE = "LATE", _("迟迟没有收到")
        OTHER = "OTHER", _("其他")

    NEXT: dict[str, frozenset[str]] = {
        State.APPLIED: frozenset({State.REFUNDING, State.REJECTED, State.CANCELLED}),
        State.REFUNDING: frozenset({State.DONE}),
        State.DONE: frozenset(),
        State.REJECTED: frozenset(),
        State.CANCELLED: frozenset(),
    }

    number = models.CharField(_("售后单号"), max_length=32, default=new_number, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="after_sales", verbose_name=_("订单"))
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="after_sales", verbose_name=_("会员"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.APPLIED)
    reason = models.CharField(_("原因"), max_length=10, choices=Reason)
    description = models.CharField(_("说明"), max_length=500, blank=True)
    amount = MoneyField(_("退款金额"))
    freight = MoneyField(_("其中运费"), default=0)
    answer = models.CharField(_("商家答复"), max_length=200, blank=True)
    decided_by = models.CharField(_("处理人"), max_length=254, blank=True)
    created_at = models.DateTimeField(_("申请时间"), db_default=Now(), editable=False)
    decided_at = models.DateTimeField(_("处理时间"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True)

    objects = AfterSaleQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("售后")
        permissions = [("decide_aftersale", _("处理售后"))]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="after_sale_number_unique"),
            models.CheckConstraint(condition=Q(amount__gte=F("freight"), freight__gte=0), name="after_sale_amounts"),
            models.CheckConstraint(
                condition=Q(state="APPLIED", decided_at=None, ended_at=None)
                | Q(state="REFUNDING", decided_at__isnull=False, ended_at=None)
                | Q(state__in=["DONE", "REJECTED"], decided_at__isnull=False, ended_at__isnull=False)
                | Q(state="CANCELLED", decided_at=None, ended_at__isnull=False),
                name="after_sale_times",
            ),
            models.CheckConstraint(condition=~Q(state="REJECTED", answer=""), name="after_sale_rejection_says_why"),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="after_sale_by_member"),
            models.Index(fields=["state", "-id"], name="after_sale_by_state"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def cause(self) -> str:
        """Return what its refunds are marked with."""
        return f"{CAUSE}{self.number}"


class AfterSaleLine(ShopModel):
    """Units of one order line, and their share of what the line was paid, in fen."""

    after_sale = models.ForeignKey(AfterSale, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="after_sale_lines")
    quantity = models.PositiveIntegerField(_("数量"))
    amount = MoneyField(_("金额"))

    class Meta:
        verbose_name = verbose_name_plural = _("售后商品")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["after_sale", "order_line"], name="after_sale_line_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1, amount__gte=0), name="after_sale_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id} × {self.quantity}"


class AfterSalePicture(ShopModel):
    """A picture that the member sent as evidence."""

    after_sale = models.ForeignKey(AfterSale, on_delete=models.CASCADE, related_name="pictures")
    asset = models.ForeignKey(Asset, on_delete=models.PROTECT, related_name="after_sale_pictures")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("售后图片")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["after_sale", "asset"], name="after_sale_picture_once")]

    def __str__(self) -> str:
        return str(self.asset_id)

    @property
    def shown_on(self) -> AfterSale:
        """Return the after-sale, where the picture is to be found."""
        return self.after_sale
