"""Groups as shoppers see them."""

from collections.abc import Sequence
from typing import Any

from shop.marketing.group_buy.models import Group, Seat
from shop.marketing.group_buy.services import TOOL
from shop.marketing.group_buy.wording import prices_of
from shop.members.models import Member
from shop.orders.models import OrderLine
from shop.orders.presentation import picture_url
from shop.promotions.models import Activity, ActivityItem
from shop.promotions.presentation import item_rows


def of_activity(activity: Activity, items: Sequence[ActivityItem]) -> dict[str, Any]:
    """Return what a shopper must know: sizes, what a unit costs in each (SKU key → fen), hours of a group."""
    rule = activity.rule
    return {
        "sizes": rule["sizes"],
        "prices": {item.sku.key: prices_of(item) for item in items},
        "hours": rule["hours"],
        "shows_groups": rule.get("shows_groups", True),
        "leader_reward": rule.get("leader_reward"),
    }


def shown_name(member: Member) -> str:
    """Return as much of a nickname as strangers may read."""
    return f"{member.nickname[:1]}**" if member.nickname else ""


def group_row(group: Group) -> dict[str, Any]:
    """Return a group as lists show it."""
    return {
        "key": group.key,
        "activity": group.activity.key,
        "state": group.state,
        "size": group.size,
        "paid": group.paid,
        "missing": group.missing,
        "expires_at": group.expires_at,
        "leader": {"name": shown_name(group.leader), "avatar": group.leader.avatar},
    }


def group_detail(group: Group, member: Member | None) -> dict[str, Any]:
    """Return a group as its own page shows it to `member`, None for a visitor."""
    seats = group.seats.filter(state=Seat.State.PAID).select_related("member")
    own = next((seat for seat in seats if member and seat.member_id == member.pk), None)
    prices = {item.sku.key: prices_of(item) for item in group.activity.items.select_related("sku")}
    place = group.activity.rule["sizes"].index(group.size)
    return {
        **group_row(group),
        "title": group.activity.title,
        "items": [{**row, "price": prices[row["sku"]][place]} for row in item_rows(group.activity)],
        "members": [{"name": shown_name(seat.member), "avatar": seat.member.avatar} for seat in seats],
        "is_mine": own is not None,
        "order": own.order if own else "",
    }


def own_rows(seats: Sequence[Seat]) -> list[dict[str, Any]]:
    """Return the groups of a member's seats, each with the member's own order and what was bought. One query."""
    numbers = [seat.order for seat in seats]
    lines = OrderLine.objects.filter(order__number__in=numbers, tool=TOOL).select_related("order")
    bought = {line.order.number: line for line in lines}
    return [
        {
            **group_row(seat.group),
            "order": seat.order,
            "title": bought[seat.order].title,
            "options": bought[seat.order].options,
            "picture": picture_url(bought[seat.order].picture),
            "total": bought[seat.order].total,
        }
        for seat in seats
        if seat.group
    ]


def of_order(number: str) -> dict[str, Any] | None:
    """Return what an order's page says of its group; None while it has none."""
    seat = Seat.objects.filter(order=number, group__isnull=False).select_related("group__activity", "group__leader")
    found = seat.first()
    return group_row(found.group) if found and found.group else None
