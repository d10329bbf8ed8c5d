"""Accounts of members and every entry that made them what they are."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel, ShopQuerySet
from shop.core.models import AppendOnlyModel, AppendOnlyQuerySet
from shop.members.models import Member


class AccountQuerySet(ShopQuerySet):
    """Reads of accounts."""

    def of(self, member: Member, kind: str) -> "AccountQuerySet":
        """The member's account of this kind; there is none before its first entry."""
        return self.filter(member=member, kind=kind)


class Account(ShopModel):
    """What a member has: `balance`, or what he owes after something was taken back that he had spent: `debt`.

    balance - debt is the sum of the entries; one of them is 0. Only services.py writes it, together with an entry.
    """

    class Kind(models.TextChoices):
        POINTS = "POINTS", _("积分")

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="accounts", verbose_name=_("会员"))
    kind = models.CharField(_("类型"), max_length=10, choices=Kind)
    balance = models.BigIntegerField(_("余额"), default=0)
    debt = models.BigIntegerField(_("欠"), default=0)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("账户")
        constraints = [
            models.UniqueConstraint(fields=["member", "kind"], name="account_once"),
            models.CheckConstraint(
                condition=Q(balance__gte=0, debt=0) | Q(balance=0, debt__gte=0), name="account_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.balance - self.debt}"


class EntryQuerySet(AppendOnlyQuerySet):
    """Reads of entries."""

    def of(self, member: Member, kind: str) -> "EntryQuerySet":
        """The entries of a member's account, the newest first."""
        return self.filter(account__member=member, account__kind=kind).order_by("-pk")


class LedgerEntry(AppendOnlyModel):
    """A change of an account and its cause; `business_key` names what happened, which is booked once."""

    class Cause(models.TextChoices):
        EARNED = "EARNED", _("订单完成")
        SPENT = "SPENT", _("下单抵扣")
        RETURNED = "RETURNED", _("抵扣退回")
        RECLAIMED = "RECLAIMED", _("退款扣回")
        ADJUSTED = "ADJUSTED", _("商家调整")
        REWARD = "REWARD", _("活动赠送")

    account = models.ForeignKey(
        Account, on_delete=models.PROTECT, related_name="entries", db_index=False, verbose_name=_("账户")
    )
    amount = models.BigIntegerField(_("变动"))
    cause = models.CharField(_("原因"), max_length=10, choices=Cause)
    business_key = models.CharField(max_length=80)
    ref = models.CharField(_("单据"), max_length=40, blank=True, default="")
    note = models.CharField(_("说明"), max_length=120, blank=True, default="")
    actor = models.CharField(_("操作人"), max_length=254)
    at = models.DateTimeField(_("时间"), db_default=Now())

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("积分明细")
        constraints = [
            models.UniqueConstraint(fields=["business_key"], name="ledger_entry_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="ledger_entry_not_zero"),
        ]
        indexes = [models.Index(fields=["account", "-id"], name="ledger_entry_by_account")]

    def __str__(self) -> str:
        return f"{self.cause} {self.amount:+d}"
