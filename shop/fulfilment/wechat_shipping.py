"""Telling WeChat that an order was shipped: until it knows, the merchant's money stays frozen.

Rules of `/wxa/sec/order/upload_shipping_info` (发货信息管理): one order key per payment, split delivery lists one
parcel per call, the last call says so; 10060001 in the first minutes after payment is normal.
"""

from typing import Any

from django.db.models import F, QuerySet
from django.utils import timezone

from payments.models import Attempt, Payment
from shop.catalog.models import Product
from shop.fulfilment.carriers import CARRIERS, VIRTUAL
from shop.fulfilment.models import Package
from shop.members.wechat import WechatError, api_post
from tenants.due import Again

PATH = "/wxa/sec/order/upload_shipping_info"
NOT_YET_KNOWN = 10060001
MOST_PARCELS = 15
EXPRESS_KIND, VIRTUAL_KIND = 1, 3
Upload = Package.Upload


def on_package_shipped(event: Any) -> Again | None:
    """Hear `package.shipped`: upload the package; comes back while WeChat does not know the payment yet."""
    package = Package.objects.select_related("order").get(key=event.ref)
    payment = (
        Payment.objects.filter(order=package.order, purpose=Payment.Purpose.ORDER)
        .select_related("account", "attempt")
        .first()
    )
    if package.upload != Upload.WAITING:
        return None
    if payment is None or payment.account.provider != "wechat" or payment.attempt.trade != Attempt.Trade.JSAPI:
        _end(package, Upload.NOT_NEEDED)
        return None
    try:
        api_post(PATH, _payload(package, payment))
    except WechatError as error:
        return _failed(package, error)
    _end(package, Upload.DONE)
    return None


def on_package_corrected(event: Any) -> Again | None:
    """Hear `package.corrected`: upload the package with its new number. WeChat takes one correction per order."""
    return on_package_shipped(event)


def on_package_closed(event: Any) -> Again | None:
    """Hear `package.closed`: upload the package as the last, for what was left of its order was refunded."""
    return on_package_shipped(event)


def _failed(package: Package, error: WechatError) -> Again | None:
    if error.code == NOT_YET_KNOWN:
        age = (timezone.now() - package.created_at).total_seconds()
        _as_uploaded(package).update(upload_error=str(error)[:200])
        return Again(5 if age < 60 else 60 if age < 3600 else 600)
    if error.retry:
        raise error
    _end(package, Upload.REFUSED, str(error))
    return None


def _end(package: Package, state: str, error: str = "") -> None:
    _as_uploaded(package).update(upload=state, upload_error=error[:200])


def _as_uploaded(package: Package) -> QuerySet[Package]:
    """Return the row unless it was corrected or became the last meanwhile: then another upload is on its way."""
    as_told = {"corrections": package.corrections, "is_last": package.is_last}
    return Package.objects.filter(pk=package.pk, upload=Upload.WAITING, **as_told)


def _payload(package: Package, payment: Payment) -> dict[str, Any]:
    split = package.order.packages.count() > 1 or not package.is_last or _leaves_something(package)
    return {
        "order_key": {
            "order_number_type": 2,
            "transaction_id": payment.transaction_id,
        },
        "logistics_type": VIRTUAL_KIND if package.carrier == VIRTUAL else EXPRESS_KIND,
        "delivery_mode": 2 if split else 1,
        "is_all_delivered": package.is_last or _is_complete_again(package),
        "shipping_list": [_parcel(row) for row in _told(package)],
        "upload_time": timezone.now().isoformat(timespec="milliseconds"),
        "payer": {"openid": payment.attempt.payer},
    }


def _leaves_something(package: Package) -> bool:
    """Whether goods of the order never leave: it was split when it was first told, and stays so."""
    goods = package.order.lines.filter(kind=Product.Kind.GOODS)
    return goods.filter(shipped_quantity__lt=F("quantity")).exists()


def _told(package: Package) -> list[Package]:
    """Return the packages that the call lists: a correction lists all of the order, for it replaces them."""
    if not package.corrections:
        return [package]
    return list(package.order.packages.order_by("pk")[:MOST_PARCELS])


def _is_complete_again(package: Package) -> bool:
    return bool(package.corrections) and package.order.packages.filter(is_last=True).exists()


def _parcel(package: Package) -> dict[str, Any]:
    lines = package.lines.select_related("order_line")
    parcel: dict[str, Any] = {
        "item_desc": "；".join(f"{line.order_line.title}×{line.quantity}" for line in lines)[:120],
    }
    if package.carrier == VIRTUAL:
        return parcel
    parcel |= {"tracking_no": package.tracking_number, "express_company": CARRIERS[package.carrier].wechat}
    if CARRIERS[package.carrier].needs_contact:
        parcel["contact"] = {"receiver_contact": _masked(package.order.phone)}
    return parcel


def _masked(phone: str) -> str:
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 7 else phone
