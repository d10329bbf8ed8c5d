"""拼团 as a price, and as an order that waits for its group (docs/pricing.md §2, step 1)."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.marketing.group_buy import services
from shop.marketing.group_buy.models import Group
from shop.pricing.values import Draft, Finding, Item, Offer, Stage
from shop.promotions.contract import Applied, Context, Live, Placed, Promotion
from shop.promotions.models import Activity
from shop.promotions.unit_prices import price_findings, price_offer

SIZE = "size-"  # an option that opens a group of so many; any other names a group to join


class GroupBuy(Promotion):
    """One line at the group's price."""

    code = services.TOOL
    title = _("拼团")
    stage = Stage.ACTIVITY
    is_chosen = True

    def offers(self, context: Context) -> Sequence[Offer]:
        """Return the offer that a line names.

        ShopError: 422 `group_option_invalid`, `group_line_alone`; 409 `group_full` for one that is full, over or
        unknown.
        """
        lines = [item for item in context.items if item.activity and item.activity[0] == self.code]
        if len(lines) > 1:
            raise ShopError("group_line_alone", _("一个订单只能参加一个拼团"))
        groups = services.joinable({item.option for item in lines if item.option})
        by_key = {live.key: live for live in context.live}
        return [_offer(by_key[item.activity[1]], item, groups) for item in lines if item.activity]

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what the group's price takes off the line that names it."""
        return price_findings(draft, offers)

    def claim(self, order: Placed, applied: Sequence[Applied]) -> None:
        """Take a seat, or the one again that the order had. ShopError 409 `group_already_joined`, `group_full`."""
        if services.take_seat_again(order):
            return
        for each in applied:
            activity = Activity.objects.get(key=each.ref)
            group = _group(services.joinable({each.option}), each.option, activity.pk)
            size = group.size if group else _size(activity.rule, each.option)
            services.reserve_seat(order, activity, group=group, size=size)

    def release(self, order: Placed, units: Mapping[int, int] | None = None) -> None:
        """Free the seat when the order ended."""
        if units is None:
            services.leave(order.number)

    def paid(self, order: Placed) -> bool:
        """Take the seat for good; False when the group is full or over and the shop refunds such payers."""
        return services.seat_paid(order.number)

    def holds(self, order: Placed) -> bool:
        """Return whether the group is not complete yet."""
        return services.waits(order.number)


def _offer(live: Live, item: Item, groups: Mapping[str, Group]) -> Offer:
    group = _group(groups, item.option, live.pk)
    size = group.size if group else _size(live.rule, item.option)
    return price_offer(live, {item.sku: _price(live, item.sku, size)})


def _group(groups: Mapping[str, Group], option: str, activity: int) -> Group | None:
    """Return the group that an option names, None for one that opens a group. ShopError 409 `group_full`."""
    if not option or option.startswith(SIZE):
        return None
    group = groups.get(option)
    if group is None or group.activity_id != activity:
        raise ShopError("group_full", _("这个团已满或已结束，您可以自己开一个"), status=409)
    return group


def _size(rule: Mapping[str, object], option: str) -> int:
    sizes = rule["sizes"]
    assert isinstance(sizes, list)
    if not option:
        return int(sizes[0])
    text = option.removeprefix(SIZE)
    if not (text.isascii() and text.isdecimal() and int(text) in sizes):
        raise ShopError("group_option_invalid", _("没有这种成团人数"))
    return int(text)


def _price(live: Live, sku: int, size: int) -> int:
    item = live.items[sku]
    prices = item.details.get("prices") or [item.price]
    return int(prices[live.rule["sizes"].index(size)])
