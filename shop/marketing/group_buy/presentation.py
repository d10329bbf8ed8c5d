"""Groups as shoppers see them."""

from typing import Any

from shop.marketing.group_buy.models import Group, Seat
from shop.members.models import Member


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
    return {
        **group_row(group),
        "members": [{"name": shown_name(seat.member), "avatar": seat.member.avatar} for seat in seats],
        "is_mine": own is not None,
        "order": own.order if own else "",
    }


def of_order(number: str) -> dict[str, Any] | None:
    """Return what an order's page says of its group; None while it has none."""
    seat = Seat.objects.filter(order=number, group__isnull=False).select_related("group__activity", "group__leader")
    found = seat.first()
    return group_row(found.group) if found and found.group else None
