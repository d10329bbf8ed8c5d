"""Orders: what was agreed, in numbers that never change, and where each one stands."""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Now, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU, Product
from shop.core.base import ShopModel, ShopQuerySet
from shop.core.encrypted import EncryptedJSON, EncryptedText
from shop.core.models import AppendOnlyModel, User
from shop.core.money import MoneyField
from shop.members.models import Member
from shop.reviews.models import Review, ReviewSettings


def new_number() -> str:
    """Return a number nobody can guess: the shop's date and 64 random bits, 21 characters."""
    random = base64.b32encode(secrets.token_bytes(8)).decode().rstrip("=")
    return f"{timezone.localdate():%Y%m%d}{random}"


@dataclass(frozen=True, slots=True)
class DayOfSales:
    """A day of the shop: orders paid on it and their money in fen."""

    day: date
    orders: int
    paid: int


def _first_reviewable() -> datetime:
    """Return the moment after which an order must have been completed to be reviewed still."""
    return timezone.now() - timedelta(days=ReviewSettings.objects.values_list("review_days", flat=True).get(pk=1))


class OrderQuerySet(ShopQuerySet):
    """Reads of orders."""

    def of(self, member: Member) -> "OrderQuerySet":
        """Orders of one member."""
        return self.filter(member=member)

    def trial(self) -> "OrderQuerySet":
        """Trial orders of previews."""
        return self.filter(is_sandbox=True)

    def in_state(self, *states: str) -> "OrderQuerySet":
        """Orders in one of these states."""
        return self.filter(state__in=states)

    def to_review(self) -> "OrderQuerySet":
        """Completed orders of which something may still be reviewed: not refunded whole, and not too long ago."""
        return self.in_state(Order.State.COMPLETED).filter(
            Exists(OrderLine.objects.unreviewed().filter(order=OuterRef("pk"))), completed_at__gt=_first_reviewable()
        )

    def reviewable(self, orders: Iterable["Order"]) -> dict[int, int]:
        """Return order pk → lines that may still be reviewed, without orders that have none."""
        ended = [order.pk for order in orders if order.state == Order.State.COMPLETED]
        if not ended:
            return {}
        lines = OrderLine.objects.unreviewed().filter(order__in=ended, order__completed_at__gt=_first_reviewable())
        return dict(lines.order_by().values_list("order").annotate(Count("pk")))

    def counts(self) -> dict[str, int]:
        """Return how many orders somebody still has to do something about, by state; 0 where there are none."""
        states = (Order.State.UNPAID, Order.State.WAIT_GROUP, Order.State.TO_SHIP, Order.State.SHIPPED)
        found = self.in_state(*states).order_by().values("state").annotate(count=Count("pk"))
        return dict.fromkeys(states, 0) | {row["state"]: row["count"] for row in found}

    def sales_by_day(self, first: date) -> list[DayOfSales]:
        """Return the days since `first` (the shop's days) on which orders were paid."""
        start = timezone.make_aware(datetime.combine(first, time.min))
        rows = self.filter(paid_at__gte=start).order_by().values(day=TruncDate("paid_at"))
        return [DayOfSales(**row) for row in rows.annotate(orders=Count("pk"), paid=Sum("paid"))]


class OrderManager(models.Manager.from_queryset(OrderQuerySet)):
    """Orders of shoppers, without the trial orders of previews."""

    def get_queryset(self) -> Any:
        """Return the orders that count."""
        return super().get_queryset().filter(is_sandbox=False)


class Order(ShopModel):
    """A member's order. `state` moves only along NEXT, by services; refunds are an axis of their own."""

    class State(models.TextChoices):
        UNPAID = "UNPAID", _("待付款")
        WAIT_GROUP = "WAIT_GROUP", _("待成团")
        TO_SHIP = "TO_SHIP", _("待发货")
        SHIPPED = "SHIPPED", _("待收货")
        COMPLETED = "COMPLETED", _("已完成")
        CANCELLED = "CANCELLED", _("已取消")

    class CancelReason(models.TextChoices):
        MEMBER = "MEMBER", _("买家取消")
        EXPIRED = "EXPIRED", _("超时未付款")
        MERCHANT = "MERCHANT", _("商家取消")
        REFUNDED = "REFUNDED", _("全额退款")
        TOO_LATE = "TOO_LATE", _("活动已结束")

    class Kind(models.TextChoices):
        NORMAL = "NORMAL", _("普通订单")

    class Channel(models.TextChoices):
        MINIPROGRAM = "MINIPROGRAM", _("小程序")
        H5 = "H5", "H5"
        STAFF = "STAFF", _("店员代下单")

    class Flag(models.TextChoices):
        RED = "RED", _("红旗")
        YELLOW = "YELLOW", _("黄旗")
        GREEN = "GREEN", _("绿旗")
        BLUE = "BLUE", _("蓝旗")
        PURPLE = "PURPLE", _("紫旗")

    class Fulfilment(models.TextChoices):
        EXPRESS = "EXPRESS", _("快递")
        PICKUP = "PICKUP", _("自提")
        DELIVERY = "DELIVERY", _("同城配送")
        VIRTUAL = "VIRTUAL", _("无需配送")

    NEXT: dict[str, frozenset[str]] = {
        State.UNPAID: frozenset({State.TO_SHIP, State.WAIT_GROUP, State.CANCELLED}),
        State.WAIT_GROUP: frozenset({State.TO_SHIP, State.CANCELLED}),
        State.TO_SHIP: frozenset({State.SHIPPED, State.CANCELLED}),
        State.SHIPPED: frozenset({State.COMPLETED}),
        State.COMPLETED: frozenset(),
        State.CANCELLED: frozenset({State.TO_SHIP, State.WAIT_GROUP}),  # money that came late, all still there
    }
    PERSONAL = ("name", "phone", "detail")

    uuid = models.UUIDField(default=uuid4, editable=False)
    number = models.CharField(_("订单号"), max_length=32, default=new_number, editable=False)
    # The database's foreign key is (member, is_sandbox), so that a trial order is a sandbox member's and no other.
    member = models.ForeignKey(
        Member, on_delete=models.PROTECT, related_name="orders", verbose_name=_("会员"), db_constraint=False
    )
    state = models.CharField(_("状态"), max_length=12, choices=State, default=State.UNPAID)
    kind = models.CharField(_("类型"), max_length=12, choices=Kind, default=Kind.NORMAL)
    channel = models.CharField(_("来源"), max_length=12, choices=Channel, default=Channel.MINIPROGRAM)
    # A trial order of a preview, as its member is one. It may be paid for nothing or cancelled, and no more.
    is_sandbox = models.BooleanField(default=False, db_default=False, editable=False)
    fulfilment_kind = models.CharField(_("配送方式"), max_length=12, choices=Fulfilment, default=Fulfilment.EXPRESS)
    cancel_reason = models.CharField(_("取消原因"), max_length=10, choices=CancelReason, blank=True, default="")

    subtotal = MoneyField(_("商品金额"))
    discount = MoneyField(_("优惠"), default=0)
    freight = MoneyField(_("运费"), default=0)
    total = MoneyField(_("应付"))
    paid = MoneyField(_("实付"), default=0)
    # Points that each ¥1 of goods earns when the order is completed, as the shop had it when it was placed.
    earned_per_yuan = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    refunded = MoneyField(_("已退"), default=0)

    name_sealed = models.TextField(blank=True, default="", editable=False)
    phone_sealed = models.TextField(blank=True, default="", editable=False)
    phone_digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    phone_last4 = models.CharField(_("手机尾号"), max_length=4, blank=True, default="", editable=False)
    detail_sealed = models.TextField(blank=True, default="", editable=False)
    province = models.CharField(_("省"), max_length=40, blank=True)
    city = models.CharField(_("市"), max_length=40, blank=True)
    district = models.CharField(_("区"), max_length=40, blank=True)
    name = EncryptedText("name")
    phone = EncryptedText("phone", lookup=True)
    detail = EncryptedText("detail")

    remark = models.CharField(_("买家留言"), max_length=200, blank=True)
    staff_remark = models.CharField(_("商家备注"), max_length=200, blank=True)
    flag = models.CharField(_("旗帜"), max_length=6, choices=Flag, blank=True, default="", db_default="")

    # The beginning of the transaction, by which it is decided too what runs: an order is inside its activities' times.
    created_at = models.DateTimeField(_("下单时间"), db_default=TransactionNow(), editable=False)
    pay_deadline = models.DateTimeField(_("付款截止"))
    paid_at = models.DateTimeField(_("付款时间"), null=True)
    shipped_at = models.DateTimeField(_("发货时间"), null=True)
    completed_at = models.DateTimeField(_("完成时间"), null=True)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True)

    # On the instance that place_order returns: its lines with their SKUs, so that showing them asks nothing.
    placed_lines: "list[OrderLine] | None" = None

    objects = OrderManager()
    everything = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("订单")
        permissions = [("reprice_order", _("改价"))]
        constraints = [
            models.UniqueConstraint(fields=["number"], name="order_number_unique"),
            models.CheckConstraint(
                condition=Q(total=F("subtotal") - F("discount") + F("freight")), name="order_total_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(subtotal__gte=0, discount__gte=0, freight__gte=0, total__gte=1), name="order_amounts"
            ),
            models.CheckConstraint(condition=Q(refunded__gte=0, refunded__lte=F("paid")), name="order_refund_cap"),
            models.CheckConstraint(
                condition=Q(is_sandbox=False) | Q(state__in=["UNPAID", "TO_SHIP", "CANCELLED"], refunded=0),
                name="order_sandbox",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "-id"], name="order_by_member"),
            models.Index(fields=["member", "state", "completed_at"], name="order_by_member_state"),
            models.Index(fields=["state", "-id"], name="order_by_state", condition=Q(is_sandbox=False)),
            models.Index(fields=["-created_at"], name="order_by_age"),
            models.Index(fields=["phone_digest"], name="order_by_phone"),
            models.Index(fields=["phone_last4", "-id"], name="order_by_phone_tail"),
            models.Index(fields=["paid_at"], include=["paid"], name="order_by_payment", condition=Q(is_sandbox=False)),
            models.Index(fields=["flag", "-id"], name="order_by_flag", condition=~Q(flag="")),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLineQuerySet(ShopQuerySet):
    """Reads of order lines."""

    def unreviewed(self) -> "OrderLineQuerySet":
        """Lines that are not refunded whole and have no review of their buyer."""
        written = Review.objects.filter(line=OuterRef("pk"), source=Review.Source.ORDER)
        return self.filter(~Exists(written), refunded_quantity__lt=F("quantity"), is_gift=False)

    def bought(self) -> "OrderLineQuerySet":
        """Lines that the buyer asked for, without gifts."""
        return self.filter(is_gift=False)

    def kept(self) -> "OrderLineQuerySet":
        """Lines that the buyer asked for and of which not all went back."""
        return self.bought().filter(refunded_quantity__lt=F("quantity"))

    def stock_units(self) -> dict[tuple[int, str], int]:
        """Return (SKU pk, bucket) → units of the lines."""
        return stock_units(self.only("sku_id", "bucket", "quantity"))


def stock_units(lines: "Iterable[OrderLine]") -> dict[tuple[int, str], int]:
    """Return (SKU pk, bucket) → units of order lines."""
    units: dict[tuple[int, str], int] = {}
    for line in lines:
        units[line.stock_key] = units.get(line.stock_key, 0) + line.quantity
    return units


class OrderLine(ShopModel):
    """One SKU of an order, with everything about it as it was when it was ordered.

    A SKU has a second line when it was bought in an activity too (`tool`, `ref`), or given by one (`is_gift`).
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    sku = models.ForeignKey(SKU, on_delete=models.PROTECT, related_name="order_lines")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("商品"), max_length=120)
    sku_code = models.CharField(_("SKU 编码"), max_length=80)
    options = models.CharField(_("规格"), max_length=200, blank=True)
    picture = models.CharField(max_length=200, blank=True)
    unit_price = MoneyField(_("单价"))
    quantity = models.PositiveIntegerField(_("数量"))
    amount = MoneyField(_("小计"))
    discount = MoneyField(_("优惠"), default=0)
    total = MoneyField(_("实付小计"))
    points_used = models.PositiveIntegerField(_("使用积分"), default=0, db_default=0)
    tool = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    ref = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    bucket = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    is_gift = models.BooleanField(_("赠品"), default=False, db_default=False, editable=False)
    shipped_quantity = models.PositiveIntegerField(_("已发"), default=0)
    refunded_quantity = models.PositiveIntegerField(_("已退"), default=0)
    # Units and money that are refunded or asked for by an open after-sale: nothing of them can be asked for again.
    held_quantity = models.PositiveIntegerField(_("退款占用"), default=0, db_default=0)
    held_amount = MoneyField(_("退款占用金额"), default=0, db_default=0)
    kind = models.CharField(_("类型"), max_length=10, choices=Product.Kind, default=Product.Kind.GOODS)
    # Units of a service that the shopper may still use; the order is not complete before there are none.
    open_units = models.PositiveIntegerField(_("待核销"), default=0)
    # Whether these units are in the member's PurchaseCount; units ordered before a limit was set are not yet.
    is_counted = models.BooleanField(default=False, editable=False)
    # Answers to the product's order form: [{key, label, kind, value}]; the value of a personal one is only sealed.
    form = models.JSONField(_("下单表单"), default=list, blank=True, editable=False)
    personal_answers_sealed = models.TextField(blank=True, default="", editable=False)
    personal_answers = EncryptedJSON("personal_answers")

    objects = models.Manager.from_queryset(OrderLineQuerySet)()

    class Meta:
        verbose_name = verbose_name_plural = _("订单商品")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "sku", "tool", "ref", "is_gift"], name="order_line_once"),
            models.CheckConstraint(condition=Q(is_gift=False) | Q(total=0), name="order_line_gift_is_free"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_positive"),
            models.CheckConstraint(
                condition=Q(amount=F("unit_price") * F("quantity"), total=F("amount") - F("discount")),
                name="order_line_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(shipped_quantity__lte=F("quantity"), refunded_quantity__lte=F("quantity")),
                name="order_line_caps",
            ),
            models.CheckConstraint(
                condition=Q(open_units=0)
                | Q(kind=Product.Kind.SERVICE, open_units__lte=F("quantity") - F("refunded_quantity")),
                name="order_line_open_units",
            ),
            models.CheckConstraint(
                condition=Q(held_quantity__gte=F("refunded_quantity"), held_quantity__lte=F("quantity"))
                & Q(held_amount__gte=0, held_amount__lte=F("total")),
                name="order_line_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} × {self.quantity}"

    @property
    def stock_key(self) -> tuple[int, str]:
        """Return where its units come from: SKU pk and bucket."""
        return self.sku_id, self.bucket

    @property
    def units_left(self) -> int:
        """Return how many units are still to be put into a parcel: none of what is no goods."""
        if self.kind != Product.Kind.GOODS:
            return 0
        return self.units_unsent

    @property
    def units_unsent(self) -> int:
        """Return how many units were neither sent or given out nor refunded; refunds take these first."""
        return max(self.quantity - self.refunded_quantity - self.shipped_quantity, 0)

    @property
    def uuid(self) -> str:
        """Return what the sealed answers are bound to: the order and the place in it."""
        return f"{self.order.uuid}:{self.position}"

    def answers(self) -> list[dict[str, str]]:
        """Return the answers to the order form with the personal ones opened: [{key, label, kind, value}]."""
        opened = self.personal_answers if self.personal_answers_sealed else {}
        return [{**answer, "value": opened.get(answer["key"], answer["value"])} for answer in self.form]


class PurchaseCount(ShopModel):
    """Units of a product in a member's orders that are not cancelled, less the refunded ones.

    Kept only for products with a limit per member, from the first order under the limit on.
    """

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="purchase_counts")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="purchase_counts")
    units = models.PositiveIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("累计购买")
        constraints = [models.UniqueConstraint(fields=["member", "product"], name="purchase_count_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.product_id}: {self.units}"


class OrderPromotion(AppendOnlyModel):
    """What one promotion took off one line, in fen; refunds read it and never recompute."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="promotions")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, null=True, related_name="promotions")
    tool = models.CharField(max_length=40)
    ref = models.CharField(max_length=40, blank=True)
    amount = MoneyField()

    class Meta:
        verbose_name = verbose_name_plural = _("优惠明细")
        indexes = [models.Index(fields=["tool", "ref"], name="order_promotion_by_activity")]

    def __str__(self) -> str:
        return f"{self.tool} {self.amount}"


class OrderEvent(AppendOnlyModel):
    """One thing that happened to an order: who, what, from which state to which."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    actor = models.CharField(_("操作人"), max_length=254)
    action = models.CharField(_("动作"), max_length=40)
    before = models.CharField(_("之前"), max_length=12, blank=True)
    after = models.CharField(_("之后"), max_length=12, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    at = models.DateTimeField(_("时间"), db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = _("订单日志")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.action


class SavedFilter(ShopModel):
    """A staff member's own name for a way to look at the orders; `query` is the list's address after the `?`."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="order_filters")
    name = models.CharField(_("名称"), max_length=20)
    query = models.CharField(max_length=1000)

    class Meta:
        verbose_name = verbose_name_plural = _("常用筛选")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_filter_name_once")]

    def __str__(self) -> str:
        return self.name
