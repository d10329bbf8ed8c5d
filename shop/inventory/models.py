"""Stock: what is there, what is promised, and every movement."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU
from shop.core.base import ShopModel
from shop.core.models import AppendOnlyModel


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


class StockItem(ShopModel):
    """Units of one SKU in one warehouse and bucket ('' is normal stock).

    available = on_hand - reserved - safety. Only services.py writes it, by conditional UPDATE.
    """

    sku = models.ForeignKey(SKU, on_delete=models.PROTECT, related_name="stock_items", verbose_name="SKU")
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, verbose_name=_("仓库"))
    bucket = models.CharField(max_length=40, blank=True, default="")
    on_hand = models.IntegerField(_("现有"), default=0)
    reserved = models.IntegerField(_("已占用"), default=0)
    safety = models.PositiveIntegerField(_("安全库存"), default=0)

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

    class Meta:
        verbose_name = verbose_name_plural = _("库存占用")
        constraints = [
            models.UniqueConstraint(fields=["ref", "stock_item"], name="reservation_unique", condition=Q(state="HELD")),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="reservation_positive"),
        ]
        indexes = [models.Index(fields=["ref"], name="reservation_ref")]

    def __str__(self) -> str:
        return f"{self.ref} × {self.quantity}"


class StockMove(AppendOnlyModel):
    """A change of on_hand and its cause."""

    class Kind(models.TextChoices):
        IMPORT = "IMPORT", _("导入")
        ADJUST = "ADJUST", _("手工调整")
        SALE = "SALE", _("销售出库")
        RETURN = "RETURN", _("退款回库")

    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    ref = models.CharField(_("单据"), max_length=60)
    stock_item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="moves", verbose_name=_("库存"))
    quantity = models.IntegerField(_("变动"))
    reason = models.CharField(_("原因"), max_length=120, blank=True)
    actor = models.CharField(_("操作人"), max_length=254, blank=True)
    at = models.DateTimeField(_("时间"), db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = _("库存流水")
        constraints = [
            models.UniqueConstraint(fields=["kind", "ref", "stock_item"], name="stock_move_once"),
            models.CheckConstraint(condition=~Q(quantity=0), name="stock_move_not_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity:+d}"
