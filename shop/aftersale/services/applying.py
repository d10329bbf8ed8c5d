"""What a member may ask back, asking for it, and thinking better of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.aftersale.models import AfterSale, AfterSaleLine, AfterSalePicture
from shop.aftersale.services.moving import free_lines, move
from shop.catalog.models import Product
from shop.core.errors import ShopError
from shop.core.events import publish
from shop.core.models import ShopSettings
from shop.library.services import claim
from shop.members.models import Member
from shop.orders import services as orders
from shop.orders.models import Order, OrderLine
from shop.virtual import services as virtual

MOST_PICTURES = 9
State = Order.State


@transaction.atomic
def apply(
    member: Member,
    order: Order,
    units: Mapping[int, int],
    *,
    reason: str,
    description: str = "",
    pictures: Sequence[str] = (),
) -> AfterSale:
    """Return a new after-sale of units (the place of a line in the order → units) of the member's own order.

    ShopError: 409 `not_paid`, `after_sale_period_over`, `units_exceeded` (detail: `lines`: place → units left);
    422 `line_unknown`, `too_many_pictures`, `upload_not_found`.
    """
    virtual.lock_codes(order.pk)
    locked = Order.objects.select_for_update().get(pk=order.pk, member=member)
    _refuse_untimely(locked)
    lines = _wanted_lines(locked, units)
    after_sale = AfterSale(order=locked, member=member, reason=reason, description=description.strip(), amount=0)
    shares = {line.pk: orders.hold(line, units[line.position]) for line in lines}
    after_sale.freight = locked.freight if _takes_all(locked) else 0
    after_sale.amount = sum(shares.values()) + after_sale.freight
    after_sale.save(force_insert=True)
    AfterSaleLine.objects.bulk_create(
        AfterSaleLine(after_sale=after_sale, order_line=line, quantity=units[line.position], amount=shares[line.pk])
        for line in lines
    )
    _attach(member, after_sale, pictures)
    publish("aftersale.applied", "aftersale", after_sale.number)
    return after_sale


@transaction.atomic
def cancel(after_sale: AfterSale, *, actor: str) -> None:
    """Take an application back that is not decided yet. ShopError: 409 `after_sale_decided`."""
    move(after_sale, AfterSale.State.APPLIED, AfterSale.State.CANCELLED, ended_at=Now())
    free_lines(after_sale)
    publish("aftersale.cancelled", "aftersale", after_sale.number)


def claimable(order: Order, lines: Iterable[OrderLine]) -> dict[int, int]:
    """Return order line pk → units that the member may ask back now; all 0 where it is too late or not paid."""
    rows = list(lines)
    if _why_not(order):
        return {line.pk: 0 for line in rows}
    has_services = any(line.kind == Product.Kind.SERVICE for line in rows)
    refusing = virtual.refusing_lines(order.pk) if has_services else set()
    return {line.pk: _claimable(line, line.pk not in refusing) for line in rows}


def _claimable(line: OrderLine, is_returnable: bool) -> int:
    if line.is_gift:  # goes back with the last of what it came with
        return 0
    if line.kind == Product.Kind.GOODS:
        return line.quantity - line.held_quantity
    undecided = line.held_quantity - line.refunded_quantity
    unused = line.open_units if is_returnable else 0
    return max(line.units_unsent + unused - undecided, 0)


def _why_not(order: Order) -> ShopError | None:
    """Return why nothing of the order may be asked back."""
    if order.state not in (State.TO_SHIP, State.SHIPPED, State.COMPLETED):
        return ShopError("not_paid", _("订单没有付款或已取消，不能申请售后"), status=409)
    if order.state == State.COMPLETED and order.completed_at:
        days = ShopSettings.objects.values_list("after_sale_days", flat=True).get(pk=1)
        if order.completed_at + timedelta(days=days) <= timezone.now():
            return ShopError("after_sale_period_over", _("已经过了可以申请售后的时间"), status=409)
    return None


def _refuse_untimely(order: Order) -> None:
    if error := _why_not(order):
        raise error


def _wanted_lines(order: Order, units: Mapping[int, int]) -> list[OrderLine]:
    """Return the wanted lines, locked, when so many units of each may be asked back."""
    found = list(order.lines.filter(position__in=units).order_by("pk"))
    if not units or len(found) < len(units):
        raise ShopError("line_unknown", _("订单里没有这个商品"), status=422)
    _refuse_excess(found, units, claimable(order, found))
    # Only now the locks: delivered cards, whose refunds lock the line before the order, are refused already.
    locked = list(OrderLine.objects.select_for_update().filter(pk__in=[line.pk for line in found]).order_by("pk"))
    _refuse_excess(locked, units, claimable(order, locked))
    return locked


def _refuse_excess(lines: Sequence[OrderLine], units: Mapping[int, int], left: Mapping[int, int]) -> None:
    over = {str(line.position): left[line.pk] for line in lines if not 1 <= units[line.position] <= left[line.pk]}
    if over:
        raise ShopError("units_exceeded", _("超过可以申请售后的数量"), status=409, detail={"lines": over})


def _takes_all(order: Order) -> bool:
    """Return whether nothing of the order was sent, and all of it is held by now."""
    return not order.lines.bought().filter(Q(held_quantity__lt=F("quantity")) | Q(shipped_quantity__gt=0)).exists()


def _attach(member: Member, after_sale: AfterSale, keys: Sequence[str]) -> None:
    if len(set(keys)) > MOST_PICTURES:
        raise ShopError("too_many_pictures", _("最多 9 张图片"), status=422)
    assets = claim(member.key, keys) if keys else []
    AfterSalePicture.objects.bulk_create(
        AfterSalePicture(after_sale=after_sale, asset=asset, position=position) for position, asset in enumerate(assets)
    )
