"""Goods that nobody carries: card secrets with a stock of their own, services that are redeemed by a code."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU, Product
from shop.core.base import ShopModel, ShopQuerySet
from shop.core.encrypted import EncryptedText
from shop.core.models import AppendOnlyModel
from shop.orders.models import OrderLine


class CardSecret(ShopModel):
    """One secret that is sold once: a card number with its password, a licence key, a voucher.

    Free ones are the stock of their SKU: on_hand and what was paid but not delivered yet add up to them.
    """

    class State(models.TextChoices):
        FREE = "FREE", _("可售")
        SOLD = "SOLD", _("已发出")
        VOID = "VOID", _("已作废")

    uuid = models.UUIDField(default=uuid4, editable=False)
    sku = models.ForeignKey(SKU, on_delete=models.PROTECT, related_name="card_secrets", verbose_name="SKU")
    secret_sealed = models.TextField(editable=False)
    secret_digest = models.CharField(max_length=64, editable=False)
    secret_last4 = models.CharField(_("末四位"), max_length=4, editable=False)
    secret = EncryptedText("secret", lookup=True)
    state = models.CharField(_("状态"), max_length=4, choices=State, default=State.FREE)
    batch = models.CharField(_("批次"), max_length=40)
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, null=True, related_name="card_secrets")
    created_at = models.DateTimeField(_("导入时间"), db_default=Now())
    sold_at = models.DateTimeField(_("发出时间"), null=True)
    voided_at = models.DateTimeField(_("作废时间"), null=True)
    void_reason = models.CharField(_("作废原因"), max_length=80, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("卡密")
        constraints = [
            models.UniqueConstraint(fields=["secret_digest"], name="card_secret_once"),
            models.CheckConstraint(
                condition=Q(state="FREE", order_line=None, sold_at=None, voided_at=None)
                | Q(state="SOLD", order_line__isnull=False, sold_at__isnull=False, voided_at=None)
                | Q(state="VOID", voided_at__isnull=False),
                name="card_secret_state",
            ),
        ]
        indexes = [models.Index(fields=["sku", "id"], name="card_secret_free", condition=Q(state="FREE"))]

    def __str__(self) -> str:
        return f"****{self.secret_last4}"


class RefundRule(models.TextChoices):
    """When units of a service that were not used may be given back."""

    NEVER = "NEVER", _("不可退")
    UNUSED = "UNUSED", _("有效期内未使用可退")
    ALWAYS = "ALWAYS", _("未使用可退，过期自动退")


class ServiceTerms(ShopModel):
    """How long a service may be used after payment, and whether unused units are given back."""

    product = models.OneToOneField(
        Product, on_delete=models.CASCADE, related_name="service_terms", verbose_name=_("服务商品")
    )
    valid_days = models.PositiveSmallIntegerField(
        _("有效天数"), null=True, blank=True, help_text=_("付款后多少天内可用；不填表示长期有效")
    )
    refund_rule = models.CharField(_("退款规则"), max_length=8, choices=RefundRule, default=RefundRule.UNUSED)

    class Meta:
        verbose_name = verbose_name_plural = _("服务规则")
        constraints = [
            models.CheckConstraint(condition=Q(valid_days=None) | Q(valid_days__gte=1), name="service_terms_days"),
        ]

    def __str__(self) -> str:
        return str(self.product)


class ServiceCodeQuerySet(ShopQuerySet):
    """Reads of service codes."""

    def shown(self) -> "ServiceCodeQuerySet":
        """Codes with the order and the product they are for."""
        return self.select_related("order_line__order__member", "order_line__sku__product")


class ServiceCode(ShopModel):
    """The right to units of a service: twelve digits, given out when the order is paid."""

    uuid = models.UUIDField(default=uuid4, editable=False)
    order_line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="service_code")
    code_sealed = models.TextField(editable=False)
    code_digest = models.CharField(max_length=64, editable=False)
    code_last4 = models.CharField(_("末四位"), max_length=4, editable=False)
    code = EncryptedText("code", lookup=True)
    units = models.PositiveIntegerField(_("数量"))
    used = models.PositiveIntegerField(_("已核销"), default=0)
    refunded = models.PositiveIntegerField(_("已退"), default=0)
    expired = models.PositiveIntegerField(_("已过期"), default=0)
    refund_rule = models.CharField(_("退款规则"), max_length=8, choices=RefundRule)
    created_at = models.DateTimeField(_("生成时间"), db_default=Now())
    expires_at = models.DateTimeField(_("有效期至"), null=True)

    objects = ServiceCodeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("核销码")
        permissions = [("redeem_servicecode", _("核销"))]
        constraints = [
            models.UniqueConstraint(fields=["code_digest"], name="service_code_unique"),
            models.CheckConstraint(
                condition=Q(units__gte=1) & Q(units__gte=F("used") + F("refunded") + F("expired")),
                name="service_code_units",
            ),
        ]

    def __str__(self) -> str:
        return f"********{self.code_last4}"

    @property
    def left(self) -> int:
        """Return how many units may still be used, were it not for the expiry."""
        return self.units - self.used - self.refunded - self.expired


class Redemption(AppendOnlyModel):
    """Units of a service that were used: once per `ref`, however often the form is sent."""

    code = models.ForeignKey(
        ServiceCode, on_delete=models.PROTECT, related_name="redemptions", verbose_name=_("核销码")
    )
    units = models.PositiveIntegerField(_("数量"))
    ref = models.CharField(max_length=40)
    actor = models.CharField(_("操作人"), max_length=254)
    at = models.DateTimeField(_("核销时间"), db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = _("核销记录")
        constraints = [
            models.UniqueConstraint(fields=["ref"], name="redemption_once"),
            models.CheckConstraint(condition=Q(units__gte=1), name="redemption_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.code} × {self.units}"
