"""Groups and their seats."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.core.base import ShopModel, ShopQuerySet
from shop.members.models import Member
from shop.promotions.models import Activity
from tenants.models import new_key


class GroupBuyActivity(Activity):
    """Prices for groups.

    Rule: {"sizes": how many make a group, one or several to choose from; "hours" that a group has; "when_full":
    "OPEN" (who pays too late opens a new group) or "REFUND"; "virtual_share": percent of the seats that must be paid
    for a group to be completed without the rest when its time is over, 0 never; "shows_groups": whether groups are
    offered to everybody; "leader_reward": {"kind", "quantity", "ref"} or null}. An item's price is that of the first
    size; `details["prices"]` are those of all sizes.
    """

    class Meta:
        proxy = True
        verbose_name = verbose_name_plural = _("拼团")


class GroupQuerySet(ShopQuerySet):
    """Reads of groups."""

    def open(self) -> "GroupQuerySet":
        """Groups that somebody may join now, by the database's clock."""
        return self.filter(state=Group.State.OPEN, expires_at__gt=Now(), paid__lt=F("size"))


class Group(ShopModel):
    """Members who buy together. It exists from its leader's payment on."""

    class State(models.TextChoices):
        OPEN = "OPEN", _("拼团中")
        SUCCESS = "SUCCESS", _("已成团")
        FAILED = "FAILED", _("未成团")

    key = models.CharField(max_length=16, default=new_key, editable=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    size = models.PositiveSmallIntegerField(_("成团人数"))
    state = models.CharField(_("状态"), max_length=7, choices=State, default=State.OPEN)
    leader = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", verbose_name=_("团长"))
    paid = models.PositiveSmallIntegerField(_("已付款人数"), default=1)
    virtual = models.PositiveSmallIntegerField(_("虚拟成员"), default=0)
    created_at = models.DateTimeField(_("开团时间"), db_default=Now())
    expires_at = models.DateTimeField(_("截止时间"))
    done_at = models.DateTimeField(null=True, editable=False)

    objects = GroupQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("拼团记录")
        constraints = [
            models.UniqueConstraint(fields=["key"], name="group_key_unique"),
            models.CheckConstraint(condition=Q(size__gte=2, paid__lte=F("size") - F("virtual")), name="group_size"),
            models.CheckConstraint(
                condition=~Q(state="SUCCESS") | Q(paid=F("size") - F("virtual")), name="group_success_is_full"
            ),
            models.CheckConstraint(condition=Q(state="SUCCESS") | Q(virtual=0), name="group_virtual_only_at_the_end"),
            models.CheckConstraint(
                condition=Q(state="OPEN", done_at=None) | (~Q(state="OPEN") & Q(done_at__isnull=False)),
                name="group_done",
            ),
        ]
        indexes = [models.Index(fields=["activity", "expires_at"], name="group_open", condition=Q(state="OPEN"))]

    def __str__(self) -> str:
        return self.key

    @property
    def missing(self) -> int:
        """Return how many seats are free."""
        return self.size - self.paid - self.virtual


class Seat(ShopModel):
    """An order's place in a group, from the moment it is placed; without a group, it opens one when it is paid.

    `is_live` until the order ended, or it is paid and the group done: a member has one such seat in an activity.
    """

    class State(models.TextChoices):
        UNPAID = "UNPAID", _("待付款")
        PAID = "PAID", _("已付款")
        LEFT = "LEFT", _("已退出")

    order = models.CharField(_("订单"), max_length=40)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, related_name="seats")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    size = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=6, choices=State, default=State.UNPAID)
    is_live = models.BooleanField(default=True)
    paid_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("拼团成员")
        ordering = ["paid_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["order"], name="seat_of_order"),
            models.UniqueConstraint(fields=["activity", "member"], condition=Q(is_live=True), name="seat_one_live"),
            models.CheckConstraint(
                condition=~Q(state="PAID") | Q(group__isnull=False, paid_at__isnull=False), name="seat_paid_has_group"
            ),
            models.CheckConstraint(condition=~Q(state="LEFT") | Q(is_live=False), name="seat_left_is_over"),
        ]

    def __str__(self) -> str:
        return self.order
