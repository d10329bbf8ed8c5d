"""Bargains that shoppers launched, and who helped."""

from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU
from shop.core.base import ShopModel, ShopQuerySet
from shop.core.money import MoneyField
from shop.inventory.models import StockItem
from shop.members.models import Member
from shop.promotions.models import Activity
from tenants.models import new_key


class BargainActivity(Activity):
    """Prices that friends cut.

    Rule: {"helpers": cuts to the lowest price, the launcher's own first; "hours" to cut; "pay_hours" to order once it
    is down; "any_price": whether it may be bought before; "most_helps": how often a member may help others, 0 for any}.
    An item's price is the lowest.
    """

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("砍价")


class BargainQuerySet(ShopQuerySet):
    """Reads of bargains."""

    def of(self, member: Member) -> "BargainQuerySet":
        """Bargains of one member, the newest first."""
        return self.filter(member=member).order_by("-pk")

    def with_clock(self) -> "BargainQuerySet":
        """Each with `is_running`: whether it can still be cut or ordered, by the database's clock."""
        running = Q(state=Bargain.State.OPEN, ends_at__gt=Now(), activity__state=Activity.State.ON)
        return self.annotate(is_running=models.ExpressionWrapper(running, output_field=models.BooleanField()))

    def with_stock(self) -> "BargainQuerySet":
        """Each with `sold_out`: whether its activity has no unit left of the SKU."""
        bucket = Case(When(activity__has_stock=True, then=F("activity__key")), default=Value(""))
        left = StockItem.objects.filter(
            sku=OuterRef("sku"),
            bucket=OuterRef("sold_from"),
            warehouse__is_default=True,
            on_hand__gt=F("reserved") + F("safety"),
        )
        return self.annotate(sold_from=bucket).annotate(sold_out=~Exists(left))

    def shown(self) -> "BargainQuerySet":
        """Each with all that shoppers are told of it."""
        return self.with_clock().with_stock().select_related("activity", "sku__product")

    def down(self) -> "BargainQuerySet":
        """Bargains that were cut down to the lowest price."""
        cuts = Func(F("cuts"), function="jsonb_array_length", output_field=models.IntegerField())
        return self.filter(helped=cuts)

    def running(self) -> "BargainQuerySet":
        """Bargains that can still be cut or ordered, by the database's clock."""
        return self.filter(state=Bargain.State.OPEN, ends_at__gt=Now())

    def cheapest(self) -> "BargainQuerySet":
        """The bargain that costs least by now, the oldest of those that cost the same; none if there is none."""
        return self.order_by(F("normal_price") - F("cut"), "pk")[:1]


class Bargain(ShopModel):
    """One bargain of a member for a SKU. Its cuts are fixed when it is launched: the n-th helper takes the n-th."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("砍价中")
        ORDERED = "ORDERED", _("已下单")

    key = models.CharField(max_length=16, default=new_key, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="bargains")
    sku = models.ForeignKey(SKU, on_delete=models.PROTECT, related_name="+")
    normal_price = MoneyField(_("原价"))
    cuts = models.JSONField(editable=False)  # fen of each cut, in order
    helped = models.PositiveSmallIntegerField(_("已砍"), default=0)
    cut = MoneyField(_("已砍金额"), default=0)
    state = models.CharField(_("状态"), max_length=7, choices=State, default=State.OPEN)
    order = models.CharField(_("订单"), max_length=40, blank=True, default="")
    created_at = models.DateTimeField(_("发起时间"), db_default=Now())
    ends_at = models.DateTimeField(_("结束时间"))

    objects = BargainQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("砍价记录")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="bargain_key_unique"),
            models.CheckConstraint(condition=Q(cut__lt=F("normal_price")), name="bargain_price_positive"),
            models.CheckConstraint(condition=Q(state="OPEN") | ~Q(order=""), name="bargain_order"),
        ]
        indexes = [models.Index(fields=["member", "activity"], name="bargain_by_member")]

    def __str__(self) -> str:
        return self.key

    @property
    def price(self) -> int:
        """Return what a unit costs now, in fen."""
        return self.normal_price - self.cut

    @property
    def lowest_price(self) -> int:
        """Return what a unit costs when every cut is made, in fen."""
        return int(self.normal_price - sum(self.cuts))

    @property
    def missing(self) -> int:
        """Return how many helpers are missing to the lowest price."""
        return len(self.cuts) - self.helped


class Help(ShopModel):
    """One cut: who made it, which it was, and how much it took."""

    bargain = models.ForeignKey(Bargain, on_delete=models.CASCADE, related_name="helps")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    amount = MoneyField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["bargain", "member"], name="help_once"),
            models.UniqueConstraint(fields=["bargain", "place"], name="help_place"),
        ]

    def __str__(self) -> str:
        return f"{self.bargain_id}/{self.place}"


class HelpCount(ShopModel):
    """How often a member helped others in an activity; kept by one statement that refuses to pass the limit."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+")
    helps = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "member"], name="help_count_once")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.helps}"


def cuts_in_words(bargain: Bargain) -> list[dict[str, Any]]:
    """Return who cut how much, the newest first; names are shown by their first character."""
    rows = bargain.helps.select_related("member").order_by("-place")
    return [
        {
            "name": f"{row.member.nickname[:1]}**" if row.member.nickname else "",
            "avatar": row.member.avatar,
            "amount": row.amount,
            "at": row.created_at,
        }
        for row in rows
    ]
