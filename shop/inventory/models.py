"""Stock: what is there, what is promised, every movement, and counting it."""

import base64
import secrets
from typing import Any

from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Now, StrIndex, Substr
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU
from shop.core.base import ShopModel, ShopQuerySet
from shop.core.models import AppendOnlyModel, AppendOnlyQuerySet, ShopSettings


class Warehouse(ShopModel):
    """A place that holds stock."""

    code = models.CharField(_("编码"), max_length=20)
    name = models.CharField(_("名称"), max_length=40)
    is_default = models.BooleanField(_("默认"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("仓库")
        constraints = [
            models.UniqueConstraint(fields=["code"], name="warehouse_code_unique"),
            models.UniqueConstraint(fields=["is_default"], name="warehouse_one_default", condition=Q(is_default=True)),
        ]

    def __str__(self) -> str:
        return self.name


class StockItemQuerySet(ShopQuerySet):
    """Reads of stock."""

    def live(self) -> "StockItemQuerySet":
        """Items of SKUs that are still in the shop, with what may be sold (`left`) and where a warning begins
        (`warning_at`, 0 for never).
        """
        default = ShopSettings.objects.filter(pk=1).values("low_stock_units")
        return self.filter(sku__archived_at=None, bucket="").annotate(
            left=F("on_hand") - F("reserved") - F("safety"), warning_at=Coalesce("low_at", Subquery(default))
        )

    def low(self) -> "StockItemQuerySet":
        """Live items with as few units left as their warning says, or fewer."""
        return self.live().filter(warning_at__gt=0, left__lte=F("warning_at"))


class StockItem(ShopModel):
    """Units of one SKU in one warehouse and bucket ('' is normal stock).

    available = on_hand - reserved - safety. Only services.py writes it, by conditional UPDATE.
    """

    sku = models.ForeignKey(SKU, on_delete=models.PROTECT, related_name="stock_items", verbose_name="SKU")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("仓库"))
    bucket = models.CharField(max_length=40, blank=True, default="")
    on_hand = models.IntegerField(_("现有"), default=0)
    reserved = models.IntegerField(_("已占用"), default=0)
    safety = models.PositiveIntegerField(
        _("安全库存"), default=0, help_text=_("留着不卖的数量，例如给实体店或换货用；可售 = 现有 − 已占用 − 安全库存")
    )
    low_at = models.PositiveIntegerField(
        _("预警线"), null=True, blank=True, help_text=_("可售不多于这个数量时提醒；不填用店铺设置里的数量，填 0 不提醒")
    )
    # Since when the shop has been told that the item is low, so that it is told once.
    low_since = models.DateTimeField(null=True, editable=False)

    objects = StockItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("库存")
        constraints = [
            models.UniqueConstraint(fields=["sku", "warehouse", "bucket"], name="stock_item_unique"),
            models.CheckConstraint(
                condition=Q(reserved__gte=0, on_hand__gte=F("reserved")), name="stock_reserved_within_on_hand"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku_id}@{self.warehouse_id}"

    @property
    def available(self) -> int:
        """Return how many units may still be sold."""
        return max(self.on_hand - self.reserved - self.safety, 0)


class ReservationQuerySet(ShopQuerySet):
    """Reads of what is held."""

    def totals(self) -> dict[str, int]:
        """Return `units` held now for how many `orders`."""
        held = self.filter(state=Reservation.State.HELD)
        return held.aggregate(units=Coalesce(Sum("quantity"), 0), orders=Count("ref", distinct=True))


class Reservation(ShopModel):
    """Units of a stock item held for `ref` (an order's number) until it is paid, cancelled or shipped."""

    class State(models.TextChoices):
        HELD = "HELD", _("已占用")
        COMMITTED = "COMMITTED", _("已扣减")
        RELEASED = "RELEASED", _("已释放")

    ref = models.CharField(_("订单"), max_length=40)
    stock_item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="reservations")
    quantity = models.PositiveIntegerField(_("数量"))
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.HELD)
    expires_at = models.DateTimeField(_("占用到"), null=True)
    created_at = models.DateTimeField(db_default=Now())

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("库存占用")
        constraints = [
            models.UniqueConstraint(fields=["ref", "stock_item"], name="reservation_unique", condition=Q(state="HELD")),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="reservation_positive"),
        ]
        indexes = [models.Index(fields=["ref"], name="reservation_ref")]

    def __str__(self) -> str:
        return f"{self.ref} × {self.quantity}"


class StockMoveQuerySet(AppendOnlyQuerySet):
    """Reads of movements."""

    def with_balance(self) -> "StockMoveQuerySet":
        """Each with `balance`, what was on hand after it: what is there now less everything that came later.

        Counting back from the end makes the newest pages, which people read, the cheap ones.
        """
        later = (
            StockMove.objects.filter(stock_item=OuterRef("stock_item"), pk__gt=OuterRef("pk"))
            .order_by()
            .values("stock_item")
            .annotate(units=Sum("quantity"))
            .values("units")
        )
        return self.annotate(balance=F("stock_item__on_hand") - Coalesce(Subquery(later), 0))

    def with_job(self, jobs: models.QuerySet[Any]) -> "StockMoveQuerySet":
        """Each with `job`, the key of that one of the jobs which its reference names (`import-<key>`), or None."""
        key = Substr(OuterRef("ref"), StrIndex(OuterRef("ref"), Value("-")) + 1)
        return self.annotate(job=Subquery(jobs.order_by().filter(key=key).values("key")[:1]))


class StockMove(AppendOnlyModel):
    """A change of on_hand and its cause."""

    LONGEST_REASON = 120

    class Kind(models.TextChoices):
        IMPORT = "IMPORT", _("导入")
        ADJUST = "ADJUST", _("手工调整")
        COUNT = "COUNT", _("盘点")
        SALE = "SALE", _("销售出库")
        RETURN = "RETURN", _("退款回库")
        CARVE = "CARVE", _("活动划拨")

    class Cause(models.TextChoices):
        """Why somebody adjusted."""

        INBOUND = "INBOUND", _("进货入库")
        SURPLUS = "SURPLUS", _("盘盈")
        DEFICIT = "DEFICIT", _("盘亏")
        DAMAGED = "DAMAGED", _("损坏")
        LOST = "LOST", _("丢失")
        EXPIRED = "EXPIRED", _("过期")
        GIFT = "GIFT", _("赠送")
        USED = "USED", _("自用")
        RETURNED = "RETURNED", _("退换货")
        OTHER = "OTHER", _("其他")

    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    ref = models.CharField(_("单据"), max_length=60)
    stock_item = models.ForeignKey(
        StockItem, on_delete=models.PROTECT, related_name="moves", verbose_name=_("库存"), db_index=False
    )
    quantity = models.IntegerField(_("变动"))
    cause = models.CharField(_("原因"), max_length=10, choices=Cause, blank=True, db_default="")
    reason = models.CharField(_("说明"), max_length=LONGEST_REASON, blank=True)
    actor = models.CharField(_("操作人"), max_length=254, blank=True)
    at = models.DateTimeField(_("时间"), db_default=Now())

    objects = StockMoveQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("库存流水")
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref", "stock_item"], name="stock_move_once"),
            models.CheckConstraint(condition=~Q(quantity=0), name="stock_move_not_zero"),
        ]
        indexes = [models.Index(fields=["stock_item", "-id"], name="stock_move_by_item")]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:+d}"


def new_sheet_number() -> str:
    """Return the number of a new count sheet: PD, the shop's date and five random characters."""
    random = base64.b32encode(secrets.token_bytes(4)).decode()[:5]
    return f"PD{timezone.localdate():%y%m%d}{random}"


class CountSheetQuerySet(ShopQuerySet):
    """Reads of count sheets."""

    def with_progress(self) -> "CountSheetQuerySet":
        """Each with how many `lines` it has, how many are `counted`, and the units found `more` and `fewer`."""
        difference = F("lines__counted") - F("lines__expected")
        return self.annotate(
            line_count=Count("lines"),
            counted_count=Count("lines__counted"),
            more=Coalesce(Sum(difference, filter=Q(lines__counted__gt=F("lines__expected"))), 0),
            fewer=Coalesce(Sum(difference, filter=Q(lines__counted__lt=F("lines__expected"))), 0),
        )


class CountSheet(ShopModel):
    """A stock count: what was on the books and what was found. Applying it moves the differences, once."""

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("盘点中")
        APPLIED = "APPLIED", _("已入账")
        CANCELLED = "CANCELLED", _("已作废")

    number = models.CharField(_("单号"), max_length=20, default=new_sheet_number, editable=False)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    note = models.CharField(_("说明"), max_length=120, blank=True)
    actor = models.CharField(_("建单人"), max_length=254, editable=False)
    created_at = models.DateTimeField(_("建单时间"), db_default=Now(), editable=False)
    closed_by = models.CharField(_("完成人"), max_length=254, blank=True, default="", editable=False)
    closed_at = models.DateTimeField(_("完成时间"), null=True, editable=False)

    objects = CountSheetQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("盘点")
        constraints = [
            models.UniqueConstraint(fields=["number"], name="count_sheet_number_unique"),
            models.CheckConstraint(
                condition=Q(state="DRAFT", closed_at=None) | (~Q(state="DRAFT") & Q(closed_at__isnull=False)),
                name="count_sheet_closed",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CountLineQuerySet(ShopQuerySet):
    """Reads of what a sheet counts."""

    def with_difference(self) -> "CountLineQuerySet":
        """Each with `difference`, the units found beyond those on the books when they were counted."""
        return self.annotate(difference=F("counted") - F("expected"))

    def short(self) -> "CountLineQuerySet":
        """Counted lines whose difference would leave less than the units promised to shoppers."""
        after = F("stock_item__on_hand") + F("counted") - F("expected")
        return self.filter(counted__lt=F("expected")).annotate(after=after).filter(after__lt=F("stock_item__reserved"))


class CountLine(ShopModel):
    """One stock item of a sheet.

    `expected` is what was on hand at the moment the count was entered, so that units which come and go afterwards
    keep counting. A stock item is on one open sheet at most: a loss found twice must not be booked twice.
    """

    sheet = models.ForeignKey(CountSheet, on_delete=models.CASCADE, related_name="lines")
    stock_item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="count_lines")
    opening = models.IntegerField(_("建单时账面"))
    expected = models.IntegerField(_("盘点时账面"))
    counted = models.PositiveIntegerField(_("实盘"), null=True)
    counted_at = models.DateTimeField(_("盘点时间"), null=True)
    counted_by = models.CharField(_("盘点人"), max_length=254, blank=True, default="")
    is_open = models.BooleanField(default=True)

    objects = CountLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("盘点明细")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "stock_item"], name="count_line_once"),
            models.UniqueConstraint(fields=["stock_item"], name="count_line_one_open", condition=Q(is_open=True)),
            models.CheckConstraint(
                condition=Q(counted=None, counted_at=None) | Q(counted__isnull=False, counted_at__isnull=False),
                name="count_line_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}/{self.stock_item_id}"


class CountScan(ShopModel):
    """A scan whose units were added to an open sheet: once per `ref`, however often the page sends it."""

    sheet = models.ForeignKey(CountSheet, on_delete=models.CASCADE, related_name="scans", db_index=False)
    ref = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "ref"], name="count_scan_once")]

    def __str__(self) -> str:
        return self.ref
