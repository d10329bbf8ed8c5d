"""Putting right what was typed wrong on a parcel that has left."""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from shop.core.errors import ShopError
from shop.core.events import publish
from shop.fulfilment.carriers import VIRTUAL
from shop.fulfilment.models import Package
from shop.fulfilment.services.shipping import checked_number
from shop.orders.models import Order, OrderEvent

State = Order.State


@transaction.atomic
def correct_package(package: Package, *, carrier: str, tracking_number: str, actor: str) -> None:
    """Give a package another carrier or number and tell WeChat again; the order must not be completed yet.

    ShopError: `carrier_unknown`, `tracking_number_invalid`, 409 `not_correctable`, `package_exists`.
    """
    number = checked_number(carrier, tracking_number)
    order = Order.objects.select_for_update().get(pk=package.order_id)
    if package.carrier == VIRTUAL or order.state not in (State.TO_SHIP, State.SHIPPED):
        raise ShopError("not_correctable", _("买家已确认收货，不能再改运单号"), status=409)
    if _same(package.pk, carrier, number):
        return
    old = Package.objects.values_list("tracking_number", flat=True).get(pk=package.pk)
    try:
        with transaction.atomic():
            Package.objects.filter(pk=package.pk).update(
                carrier=carrier,
                tracking_number=number,
                corrections=F("corrections") + 1,
                upload=Package.Upload.WAITING,
                upload_error="",
            )
    except IntegrityError as error:
        raise ShopError("package_exists", _("这个运单号已经发过货"), status=409) from error
    note = f"{old} → {number}"
    OrderEvent.objects.create(
        order=order, actor=actor, action="tracking_corrected", before=order.state, after=order.state, note=note
    )
    publish("package.corrected", "package", package.key)


def _same(pk: int, carrier: str, number: str) -> bool:
    return Package.objects.filter(pk=pk, carrier=carrier, tracking_number=number).exists()
