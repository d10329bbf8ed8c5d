"""Several orders of one buyer in one parcel. Each order keeps a package of its own under the same number.

WeChat's combined upload is for orders paid in one combined payment; ours are paid one by one, so each is uploaded
by itself, with the same number.
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.fulfilment.models import Package
from shop.fulfilment.services.shipping import ship
from shop.orders.models import Order


def shippable_with(order: Order) -> list[Order]:
    """Return the member's other orders that wait to be shipped to the very same address, oldest first."""
    waiting = Order.objects.in_state(Order.State.TO_SHIP).filter(
        member=order.member_id, phone_digest=order.phone_digest, fulfilment_kind=order.fulfilment_kind
    )
    return [other for other in waiting.exclude(pk=order.pk).order_by("pk") if _place(other) == _place(order)]


def _place(order: Order) -> tuple[str, ...]:
    return order.province, order.city, order.district, order.detail, order.name, order.phone_digest


@transaction.atomic
def ship_together(orders: Sequence[Order], *, carrier: str, tracking_number: str, actor: str) -> list[Package]:
    """Return a package for each order with everything that is left of it, all or none.

    ShopError: 409 `not_together` when they differ in member or address, and as `ship`.
    """
    keys = sorted(order.pk for order in orders)
    locked = list(Order.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    if not locked or len({(order.member_id, *_place(order)) for order in locked}) > 1:
        raise ShopError("not_together", _("只有同一买家、同一收货地址的订单可以合并发货"), status=409)
    return [ship(order, None, carrier=carrier, tracking_number=tracking_number, actor=actor) for order in locked]
