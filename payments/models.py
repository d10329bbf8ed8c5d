"""Money: accounts at providers, tries to collect, what was collected, what was given back."""

from uuid import uuid4

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel
from shop.core.encrypted import EncryptedJSON
from shop.core.models import AppendOnlyModel
from shop.core.money import MoneyField
from shop.orders.models import Order, new_number
from tenants.models import new_key


class Account(ShopModel):
    """One configured merchant account at one provider."""

    uuid = models.UUIDField(default=uuid4, editable=False)
    key = models.CharField(max_length=16, default=new_key, editable=False)
    provider = models.CharField(_("支付方式"), max_length=20, default="wechat")
    name = models.CharField(_("名称"), max_length=40)
    config_sealed = models.TextField(blank=True, default="", editable=False)
    is_enabled = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    config = EncryptedJSON("config")

    class Meta:
        verbose_name = verbose_name_plural = _("支付账户")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="account_key_unique"),
            models.UniqueConstraint(fields=["provider"], name="account_one_enabled", condition=Q(is_enabled=True)),
        ]

    def __str__(self) -> str:
        return self.name


class Attempt(ShopModel):
    """One try to collect an order's money, under one out_trade_no."""

    class State(models.TextChoices):
        NEW = "NEW", _("已创建")
        OPEN = "OPEN", _("待付款")
        PAID = "PAID", _("已付款")
        CLOSED = "CLOSED", _("已关闭")

    class Trade(models.TextChoices):
        JSAPI = "jsapi", _("小程序")
        H5 = "h5", _("浏览器")

    uuid = models.UUIDField(default=uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("订单"))
    account = models.ForeignKey(Account, on_delete=models.PROTECT, verbose_name=_("支付账户"))
    out_trade_no = models.CharField(_("商户单号"), max_length=32, default=new_number)
    amount = MoneyField(_("金额"))
    currency = models.CharField(max_length=3, default="CNY")
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.NEW)
    trade = models.CharField(max_length=8, choices=Trade, default=Trade.JSAPI, db_default=Trade.JSAPI, editable=False)
    payer = models.CharField(max_length=128, editable=False)
    client_sealed = models.TextField(blank=True, default="", editable=False)
    expires_at = models.DateTimeField(_("有效期"))
    created_at = models.DateTimeField(_("创建时间"), db_default=Now())

    client = EncryptedJSON("client")

    class Meta:
        verbose_name = verbose_name_plural = _("支付尝试")
        constraints = [
            models.UniqueConstraint(fields=["out_trade_no"], name="attempt_number_unique"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="attempt_positive"),
            models.UniqueConstraint(fields=["order"], name="attempt_one_open", condition=Q(state__in=["NEW", "OPEN"])),
        ]

    def __str__(self) -> str:
        return self.out_trade_no


class Payment(ShopModel):
    """Money that arrived. `purpose` says whether it pays its order or goes back in full."""

    class Purpose(models.TextChoices):
        ORDER = "ORDER", _("订单付款")
        RETURN = "RETURN", _("多付退回")

    number = models.CharField(_("收款单号"), max_length=32, default=new_number)
    attempt = models.OneToOneField(
        Attempt, on_delete=models.PROTECT, related_name="payment", verbose_name=_("支付尝试")
    )
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments", verbose_name=_("订单"))
    account = models.ForeignKey(Account, on_delete=models.PROTECT, verbose_name=_("支付账户"))
    transaction_id = models.CharField(_("渠道单号"), max_length=64)
    amount = MoneyField(_("金额"))
    refund_held = MoneyField(_("退款占用"), default=0)
    purpose = models.CharField(_("用途"), max_length=8, choices=Purpose)
    received_at = models.DateTimeField(_("收款时间"))
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = _("收款")
        constraints = [
            models.UniqueConstraint(fields=["account", "transaction_id"], name="payment_transaction_once"),
            models.UniqueConstraint(fields=["order"], name="payment_order_once", condition=Q(purpose="ORDER")),
            models.CheckConstraint(
                condition=Q(refund_held__gte=0, refund_held__lte=F("amount")), name="payment_refund_cap"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Refund(ShopModel):
    """Money on its way back. Counts against the payment from the moment it is asked for."""

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", _("待提交")
        SENT = "SENT", _("退款中")
        DONE = "DONE", _("已退款")
        FAILED = "FAILED", _("退款失败")
        RETRIED = "RETRIED", _("已重新发起")

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds", verbose_name=_("收款"))
    out_refund_no = models.CharField(_("退款单号"), max_length=32, default=new_number)
    refund_id = models.CharField(_("渠道退款单号"), max_length=64, blank=True)
    amount = MoneyField(_("金额"))
    reason = models.CharField(_("原因"), max_length=80, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State, default=State.REQUESTED)
    actor = models.CharField(_("操作人"), max_length=254)
    cause = models.CharField(max_length=60, blank=True, default="", db_default="", editable=False)
    error = models.CharField(_("失败原因"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("创建时间"), db_default=Now())
    done_at = models.DateTimeField(_("完成时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("退款")
        constraints = [
            models.UniqueConstraint(fields=["out_refund_no"], name="refund_number_unique"),
            models.CheckConstraint(condition=Q(amount__gte=1), name="refund_positive"),
        ]
        indexes = [models.Index(fields=["cause"], name="refund_by_cause", condition=~Q(cause=""))]

    def __str__(self) -> str:
        return self.out_refund_no


class Notice(AppendOnlyModel):
    """The inbox: what a provider told us, verified, once per (account, kind, transaction, state)."""

    uuid = models.UUIDField(default=uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    kind = models.CharField(max_length=8)
    transaction_id = models.CharField(max_length=64)
    provider_state = models.CharField(max_length=12)
    receipt_sealed = models.TextField()
    received_at = models.DateTimeField(db_default=Now())

    receipt = EncryptedJSON("receipt")

    class Meta:
        verbose_name = verbose_name_plural = _("支付通知")
        constraints = [
            models.UniqueConstraint(fields=["account", "kind", "transaction_id", "provider_state"], name="notice_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.transaction_id}"
