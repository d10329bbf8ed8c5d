"""砍价 as a price: a unit costs what the cuts have left of it (docs/pricing.md §2, step 1)."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.marketing.bargain import services
from shop.marketing.bargain.models import Bargain
from shop.orders.models import Order, OrderLine
from shop.pricing.values import Draft, Finding, Offer, Stage
from shop.promotions.contract import Applied, Context, Live, Placed, Promotion
from shop.promotions.models import Activity
from shop.promotions.unit_prices import price_findings, price_offer


class BargainTool(Promotion):
    """One unit at the price of the member's own bargain."""

    code = services.TOOL
    title = _("砍价")
    stage = Stage.ACTIVITY
    is_chosen = True

    def offers(self, context: Context) -> Sequence[Offer]:
        """Return the offers that lines name. ShopError: 409 `bargain_over`, `bargain_not_down`, `limit_exceeded`."""
        if not context.live:
            return []
        running = Bargain.objects.running().filter(
            member=context.member, activity__in=[live.pk for live in context.live]
        )
        cheapest_last = sorted(running, key=lambda bargain: (-bargain.price, -bargain.pk))
        mine = {(bargain.activity_id, bargain.sku_id): bargain for bargain in cheapest_last}
        return [self._offer(live, context, mine) for live in context.live]

    def _offer(self, live: Live, context: Context, mine: Mapping[tuple[int, int], Bargain]) -> Offer:
        prices = {}
        for item in context.items:
            if item.activity == (self.code, live.key):
                bargain = mine.get((live.pk, item.sku))
                _check(live, bargain, item.quantity)
                prices[item.sku] = bargain.price if bargain else item.unit_price
        return price_offer(live, prices)

    def discounts(self, draft: Draft, offers: Sequence[Offer]) -> Sequence[Finding]:
        """Return what the cuts take off the lines that name them."""
        return price_findings(draft, offers)

    def claim(self, order: Placed, applied: Sequence[Applied]) -> None:
        """Use the bargains. ShopError 409 `bargain_over` when one was used meanwhile."""
        for each in applied:
            activity = Activity.objects.get(key=each.ref).pk
            for sku, state in OrderLine.objects.filter(pk__in=each.units).values_list("sku", "order__state"):
                again = state == Order.State.CANCELLED
                if not services.take(order.number, order.member, activity, sku, again=again):
                    raise _over()

    def release(self, order: Placed, units: Mapping[int, int] | None = None) -> None:
        """Let the bargains be ordered again when the order ended."""
        if units is None:
            services.free(order.number)


def _check(live: Live, bargain: Bargain | None, quantity: int) -> None:
    if bargain is None:
        raise _over()
    if quantity != 1:
        raise ShopError(
            "limit_exceeded", _("砍价商品每次买 1 件"), status=409, detail={"activity": live.key, "limit": 1}
        )
    if bargain.missing and not live.rule.get("any_price"):
        message = _("还差 %(missing)d 刀才能购买") % {"missing": bargain.missing}
        raise ShopError("bargain_not_down", message, status=409, detail={"missing": bargain.missing})


def _over() -> ShopError:
    return ShopError("bargain_over", _("这个砍价已经结束"), status=409)
