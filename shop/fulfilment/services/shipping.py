"""Shipping and receiving."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import Product
from shop.core.errors import ShopError
from shop.core.events import publish
from shop.core.models import ShopSettings
from shop.fulfilment.carriers import CARRIERS, VIRTUAL
from shop.fulfilment.models import Package, PackageLine
from shop.orders import services as orders
from shop.orders.models import Order, OrderEvent, OrderLine
from tenants import due

State = Order.State


@dataclass(frozen=True, slots=True)
class Parcel:
    """Order line pk → units, and who carries them under which number."""

    lines: Mapping[int, int]
    carrier: str
    tracking_number: str


@transaction.atomic
def ship_parcels(order: Order, parcels: Sequence[Parcel], *, actor: str) -> list[Package]:
    """Return the packages of a paid order, all or none; ShopError as `ship`."""
    return [
        ship(order, parcel.lines, carrier=parcel.carrier, tracking_number=parcel.tracking_number, actor=actor)
        for parcel in parcels
    ]


@transaction.atomic
def ship(order: Order, lines: Mapping[int, int] | None, *, carrier: str, tracking_number: str, actor: str) -> Package:
    """Return a new package with `lines` (order line pk → units; None: everything left) of a paid order.

    ShopError: `not_to_ship`, `carrier_unknown`, `tracking_number_invalid`, `line_exceeded`, `package_exists`.
    """
    number = checked_number(carrier, tracking_number)
    locked = Order.objects.select_for_update().filter(pk=order.pk, state=State.TO_SHIP).first()
    if locked is None:
        raise ShopError("not_to_ship", _("订单不是待发货状态"), status=409)
    wanted = lines if lines is not None else _left(locked)
    if not wanted or any(units < 1 for units in wanted.values()):
        raise ShopError("nothing_to_ship", _("没有要发的商品"))
    for line in sorted(wanted):
        _ship_line(locked, line, wanted[line])
    return _pack(locked, wanted, carrier, number, actor)


def checked_number(carrier: str, tracking_number: str) -> str:
    """Return the tracking number as it is stored; ShopError `carrier_unknown`, `tracking_number_invalid`."""
    number = tracking_number.strip()
    if carrier not in CARRIERS or carrier == VIRTUAL:
        raise ShopError("carrier_unknown", _("请选择快递公司"))
    if not (6 <= len(number) <= 40 and number.isascii() and number.replace("-", "").isalnum()):
        raise ShopError("tracking_number_invalid", _("运单号不正确：6 到 40 位字母或数字"))
    return number


def _left(order: Order) -> dict[int, int]:
    """Return order line pk → units of goods that are still to be sent."""
    return {line.pk: line.left for line in _unsent(order) if line.kind == Product.Kind.GOODS}


def _unsent(order: Order) -> list[Any]:
    rows = order.lines.annotate(left=F("quantity") - F("refunded_quantity") - F("shipped_quantity"))
    return list(rows.filter(left__gt=0))


def _ship_line(order: Order, line: int, units: int) -> None:
    goods = OrderLine.objects.filter(pk=line, order=order, kind=Product.Kind.GOODS)
    fits = goods.filter(shipped_quantity__lte=F("quantity") - F("refunded_quantity") - units)
    if not fits.update(shipped_quantity=F("shipped_quantity") + units):
        raise ShopError("line_exceeded", _("发货数量超过未发数量"), status=409)


def _pack(order: Order, wanted: Mapping[int, int], carrier: str, number: str, actor: str) -> Package:
    done = not _left(order)
    try:
        with transaction.atomic():
            package = Package.objects.create(order=order, carrier=carrier, tracking_number=number, is_last=done)
    except IntegrityError as error:
        raise ShopError("package_exists", _("这个运单号已经发过货"), status=409) from error
    PackageLine.objects.bulk_create(
        PackageLine(package=package, order_line_id=line, quantity=units) for line, units in wanted.items()
    )
    if _unsent(order):
        OrderEvent.objects.create(
            order=order, actor=actor, action="parcel_shipped", before=State.TO_SHIP, after=State.TO_SHIP, note=number
        )
    else:
        _all_sent(order, actor=actor, note=number)
    publish("package.shipped", "package", package.key)
    return package


def _all_sent(order: Order, *, actor: str, note: str = "") -> None:
    orders.move(order, State.TO_SHIP, State.SHIPPED, actor=actor, action="shipped", note=note, shipped_at=Now())
    if order.fulfilment_kind == Order.Fulfilment.VIRTUAL:
        return
    days = ShopSettings.objects.values_list("auto_receive_days", flat=True).get(pk=1)
    due.schedule("fulfilment.auto_receive", order.number, after=timedelta(days=days))


@transaction.atomic
def close_virtual(order: Order, *, actor: str) -> None:
    """Note that what was left of a paid order (its row is locked) was given out or refunded.

    It is SHIPPED when nothing else is left to send, and WeChat is told so: of goods by the parcel that left last, of an
    order without parcels by a virtual one. An order without goods is COMPLETED unless a service of it is open.
    """
    if _unsent(order):
        return
    _all_sent(order, actor=actor)
    if order.packages.exists():
        _close_parcels(order)
    else:
        _pack_virtual(order)
    if order.fulfilment_kind == Order.Fulfilment.VIRTUAL:
        orders.complete_virtual(order, actor=actor)


def _close_parcels(order: Order) -> None:
    """Make the parcel that left last the order's last one, and let WeChat hear it again, unless one is."""
    if order.packages.filter(is_last=True).exists():
        return
    last = order.packages.latest("pk")
    Package.objects.filter(pk=last.pk).update(is_last=True, upload=Package.Upload.WAITING, upload_error="")
    publish("package.closed", "package", last.key)


def _pack_virtual(order: Order) -> None:
    package = Package.objects.create(order=order, carrier=VIRTUAL, tracking_number=order.number, is_last=True)
    lines = order.lines.filter(shipped_quantity__gt=0)
    PackageLine.objects.bulk_create(
        PackageLine(package=package, order_line=line, quantity=line.shipped_quantity) for line in lines
    )
    publish("package.shipped", "package", package.key)


def receive(order: Order, *, actor: str) -> None:
    """Record that the goods arrived; ShopError when the order is not on its way."""
    if not orders.complete(order, actor=actor):
        if order.lines.filter(open_units__gt=0).exists():
            raise ShopError("service_open", _("订单里还有没使用的服务，用完后会自动完成"), status=409)
        raise ShopError("not_shipped", _("订单还没有发货或已完成"), status=409)
    due.cancel("fulfilment.auto_receive", order.number)


def auto_receive(number: str) -> due.Again | None:
    """Due handler: complete an order that nobody confirmed; comes back while a service of it is open."""
    order = Order.objects.filter(number=number, state=State.SHIPPED).first()
    if order is None or orders.complete(order, actor=orders.SYSTEM):
        return None
    return due.Again(timedelta(days=1).total_seconds())
