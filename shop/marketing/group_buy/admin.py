"""The pages of group buys: the activities, and the groups in them."""

from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from shop.catalog.admin_lists import short_moment
from shop.core.admin_fields import money
from shop.marketing.group_buy.forms import COUPON, POINTS, WHEN_FULL, GroupBuyForm
from shop.marketing.group_buy.models import Group
from shop.marketing.group_buy.services import TOOL
from shop.marketing.group_buy.wording import prices_of
from shop.promotions import plugins
from shop.promotions.admin import ActivityAdmin
from shop.promotions.admin.reading import Column, Told
from shop.promotions.admin.records import ActivityFilter, RecordAdmin, latest, left_in_words, orders_of
from shop.promotions.models import Activity

State = Group.State
LABELS = {State.OPEN.value: "warning", State.SUCCESS.value: "success", State.FAILED.value: "default"}


def _price(place: int) -> Any:
    """Return the column of the prices of one size."""

    def text(row: Any) -> str:
        prices = prices_of(row["item"])
        return money(prices[place]) if place < len(prices) else "—"

    return text


class GroupBuyAdmin(ActivityAdmin):
    """Group buys."""

    tool = TOOL
    form = GroupBuyForm
    activity_template = "admin/group_buy/activity.html"

    def terms(self, activity: Activity) -> list[Told]:
        """Return how many make a group, how long it has, and what happens then."""
        rule = activity.rule
        share = rule.get("virtual_share")
        return [
            (_("几人成团"), " / ".join(str(size) for size in rule.get("sizes", ()))),
            (_("成团时限（小时）"), rule.get("hours")),
            (_("付款时团已满或已结束"), dict(WHEN_FULL).get(rule.get("when_full"), "—")),
            (_("虚拟成团（%）"), share or _("不启用")),
            (_("展示可以参加的团"), _("是") if rule.get("shows_groups", True) else _("否")),
            (_("团长奖励"), _reward(rule.get("leader_reward") or {})),
        ]

    def columns(self, activity: Activity) -> list[Column]:
        """Return the columns of the SKUs: a price for each size."""
        normal, _activity_price, *stock = super().columns(activity)
        sizes = activity.rule.get("sizes") or [0]
        prices = [(_("%(size)d 人团") % {"size": size}, _price(place)) for place, size in enumerate(sizes)]
        return [normal, *prices, *stock]

    def figures(self, activity: Activity) -> list[Told]:
        """Return what came of it, with the groups."""
        groups = Group.objects.filter(activity=activity).aggregate(
            opened=Count("pk"),
            open=Count("pk", filter=Q(state=State.OPEN)),
            complete=Count("pk", filter=Q(state=State.SUCCESS)),
            virtual=Sum("virtual"),
        )
        return [
            *super().figures(activity),
            (_("开团"), groups["opened"]),
            (_("拼团中"), groups["open"]),
            (_("已成团"), groups["complete"]),
            (_("虚拟成员"), groups["virtual"] or 0),
        ]

    def parts(self, request: HttpRequest, activity: Activity) -> dict[str, Any]:
        """Return the newest groups."""
        found = latest(request, Group.objects.select_related("leader"), activity)
        rows = [{"group": group, "left": _left(group)} for group in found.get("records", ())]
        return {**found, "groups": rows}


def _reward(reward: dict[str, Any]) -> Any:
    if reward.get("kind") == POINTS:
        return _("%(count)d 积分") % {"count": reward["quantity"]}
    if reward.get("kind") == COUPON:
        return dict(plugins.choices_of(COUPON)).get(reward.get("ref", ""), _("优惠券（已停止发放）"))
    return _("没有")


def _left(group: Group) -> str:
    return left_in_words(group.expires_at) if group.state == State.OPEN else ""


class GroupAdmin(RecordAdmin):
    """Groups: who leads, how many paid, how long they have."""

    tool = TOOL
    record_template = "admin/group_buy/group.html"
    list_display = ("leader_name", "state_label", "seats_taken", "time_left", "activity_title", "opened")
    list_filter = ("state", ActivityFilter)
    search_fields = ("key", "leader__nickname", "seats__order")
    search_help_text = _("团长昵称或订单号")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the groups with their leaders."""
        return Group.objects.select_related("activity", "leader").order_by("-pk")

    @display(description=_("团长"))
    def leader_name(self, group: Group) -> str:
        """Show who leads."""
        return str(group.leader.shown_name)

    @display(description=_("状态"), ordering="state", label=LABELS)
    def state_label(self, group: Group) -> tuple[str, Any]:
        """Show the state with its colour."""
        return group.state, group.get_state_display()

    @display(description=_("已付款 / 成团人数"))
    def seats_taken(self, group: Group) -> str:
        """Show how many paid of how many, and how many are virtual."""
        return f"{group.paid} / {group.size}" + (f" (+{group.virtual})" if group.virtual else "")

    @display(description=_("剩余时间"), ordering="expires_at")
    def time_left(self, group: Group) -> str:
        """Show how long members may still join."""
        return _left(group) or "—"

    @display(description=_("开团时间"), ordering="created_at")
    def opened(self, group: Group) -> str:
        """Show when the leader paid."""
        return short_moment(group.created_at)

    def facts(self, record: Any) -> dict[str, Any]:
        """Return how long it has, and its members with their orders, the leader first."""
        seats = list(record.seats.select_related("member"))
        orders = orders_of(seat.order for seat in seats)
        seats.sort(key=lambda seat: (seat.member_id != record.leader_id, seat.state, seat.pk))
        rows = [{"seat": seat, "order": orders.get(seat.order)} for seat in seats]
        return {"left": _left(record), "label": LABELS[record.state], "seats": rows}
