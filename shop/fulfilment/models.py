"""Packages."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel
from shop.orders.models import Order, OrderLine
from tenants.models import new_key


class Package(ShopModel):
    """One parcel of an order."""

    class Upload(models.TextChoices):
        WAITING = "WAITING", _("待上传")
        DONE = "DONE", _("已上传")
        REFUSED = "REFUSED", _("被拒绝")
        NOT_NEEDED = "NOT_NEEDED", _("无需上传")

    key = models.CharField(max_length=16, default=new_key, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="packages", verbose_name=_("订单"))
    carrier = models.CharField(_("快递公司"), max_length=20)
    tracking_number = models.CharField(_("运单号"), max_length=40)
    is_last = models.BooleanField(_("最后一个包裹"), default=False)
    upload = models.CharField(_("微信发货信息"), max_length=12, choices=Upload, default=Upload.WAITING)
    upload_error = models.CharField(_("上传结果"), max_length=200, blank=True)
    corrections = models.PositiveSmallIntegerField(_("改单次数"), default=0, db_default=0)
    created_at = models.DateTimeField(_("发货时间"), db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = _("包裹")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="package_key_unique"),
            models.UniqueConstraint(fields=["carrier", "tracking_number", "order"], name="package_tracking_unique"),
        ]
        indexes = [
            models.Index(fields=["tracking_number"], name="package_by_tracking_number"),
            models.Index(fields=["order"], name="package_refused", condition=models.Q(upload="REFUSED")),
        ]

    def __str__(self) -> str:
        return self.tracking_number


class PackageLine(ShopModel):
    """How many units of an order line a package holds."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="package_lines")
    quantity = models.PositiveIntegerField(_("数量"))

    class Meta:
        verbose_name = verbose_name_plural = _("包裹内商品")
        constraints = [
            models.UniqueConstraint(fields=["package", "order_line"], name="package_line_once"),
            models.CheckConstraint(condition=models.Q(quantity__gte=1), name="package_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.order_line_id} × {self.quantity}"
