"""What staff may do to one order: who, in which states, with which form, by which service."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from payments.services.closing import cancel_order, reprice_order
from payments.services.refunding import refund_order
from shop.catalog.models import Product
from shop.fulfilment.services import correct_package, ship_parcels, ship_together, shippable_with
from shop.orders.admin.forms import (
    AddressForm,
    CancelForm,
    OrderForm,
    RefundForm,
    RemarkForm,
    RepriceForm,
    ShipForm,
    TogetherForm,
    TrackingForm,
)
from shop.orders.models import Order
from shop.orders.services import annotate, change_delivery_address

State = Order.State
Noted = Mapping[str, Any] | None


def _ship(order: Order, form: Any, actor: str) -> Noted:
    packages = ship_parcels(order, form.parcels, actor=actor)
    return {"packages": [package.tracking_number for package in packages]}


def _ship_together(order: Order, form: Any, actor: str) -> Noted:
    values = form.cleaned_data
    ship_together(form.orders, carrier=values["carrier"], tracking_number=values["tracking_number"], actor=actor)
    return {"orders": [other.number for other in form.orders], "packages": [values["tracking_number"]]}


def _correct(order: Order, form: Any, actor: str) -> Noted:
    values = form.cleaned_data
    package = form.found[values["package"]]
    correct_package(package, carrier=values["carrier"], tracking_number=values["tracking_number"], actor=actor)
    return {"carrier": values["carrier"], "tracking_number": values["tracking_number"].strip()}


def _reprice(order: Order, form: Any, actor: str) -> Noted:
    reprice_order(order, goods=form.cleaned_data["goods"], freight=form.cleaned_data["freight"], actor=actor)
    return None


def _readdress(order: Order, form: Any, actor: str) -> Noted:
    changed = change_delivery_address(order, form.draft, actor=actor)
    return {"changed": [str(form.fields[name].label) for name in changed]}


def _cancel(order: Order, form: Any, actor: str) -> Noted:
    cancel_order(order, Order.CancelReason.MERCHANT, actor=actor, note=form.text)
    return {"reason": form.text}


def _refund(order: Order, form: Any, actor: str) -> Noted:
    refund_order(order, reason=form.cleaned_data["reason"], actor=actor)
    return None


def _annotate(order: Order, form: Any, actor: str) -> Noted:
    annotate(order, staff_remark=form.cleaned_data["staff_remark"], flag=form.cleaned_data["flag"])
    return None


@dataclass(frozen=True, slots=True)
class OrderAction:
    """A button of an order. `run` returns what the audit log shall say beyond the order's own fields."""

    code: str
    label: Any
    hint: Any
    icon: str
    permission: str
    states: frozenset[str]
    form: type[OrderForm]
    run: Callable[[Order, Any, str], Noted]
    calls_provider: bool = False
    danger: bool = False
    also: Callable[[Order], bool] | None = None
    shows_receiver: bool = False

    def fits(self, order: Order, user: Any) -> bool:
        """Return whether `user` may do this to `order` now."""
        allowed = order.state in self.states and user.has_perm(self.permission)
        return bool(allowed and (self.also is None or self.also(order)))

    def scene(self) -> AbstractContextManager[None]:
        """Return one transaction for service and audit entry, unless the service talks to a provider."""
        return nullcontext() if self.calls_provider else transaction.atomic()


def _nothing_left(order: Order) -> bool:
    """Return whether it has goods, and none of them has been sent."""
    goods = [line for line in order.lines.all() if line.kind == Product.Kind.GOODS]
    return bool(goods) and not any(line.shipped_quantity for line in goods)


ACTIONS = {
    action.code: action
    for action in (
        OrderAction(
            "ship",
            _("发货"),
            _("填写快递公司和运单号；一个订单可以分几个包裹发出。"),
            "local_shipping",
            "fulfilment.add_package",
            frozenset({State.TO_SHIP}),
            ShipForm,
            _ship,
            shows_receiver=True,
        ),
        OrderAction(
            "together",
            _("合并发货"),
            _("同一买家、同一地址的订单装在一个包裹里，共用一个运单号。"),
            "package_2",
            "fulfilment.add_package",
            frozenset({State.TO_SHIP}),
            TogetherForm,
            _ship_together,
            also=lambda order: bool(shippable_with(order)),
            shows_receiver=True,
        ),
        OrderAction(
            "tracking",
            _("改运单号"),
            _("改正后会重新告诉微信；微信对每个订单只接受一次更正，请核对清楚。"),
            "edit_location",
            "fulfilment.change_package",
            frozenset({State.TO_SHIP, State.SHIPPED}),
            TrackingForm,
            _correct,
            also=lambda order: order.fulfilment_kind != Order.Fulfilment.VIRTUAL and bool(order.packages.all()),
        ),
        OrderAction(
            "reprice",
            _("改价"),
            _("改价后，买家按新的金额付款；之前打开的付款会失效。最低 0.01 元。"),
            "price_change",
            "orders.reprice_order",
            frozenset({State.UNPAID}),
            RepriceForm,
            _reprice,
            calls_provider=True,
        ),
        OrderAction(
            "address",
            _("改地址"),
            _("一件都没有发出之前可以改。请先和买家确认新地址。"),
            "home_pin",
            "orders.change_order",
            frozenset({State.UNPAID, State.WAIT_GROUP, State.TO_SHIP}),
            AddressForm,
            _readdress,
            also=_nothing_left,
        ),
        OrderAction(
            "cancel",
            _("取消订单"),
            _("订单取消后不能恢复，占用的库存会放回去。"),
            "block",
            "orders.change_order",
            frozenset({State.UNPAID}),
            CancelForm,
            _cancel,
            calls_provider=True,
            danger=True,
        ),
        OrderAction(
            "refund",
            _("整单退款"),
            _("全部货款原路退回，订单取消，库存放回去。只有一件都没有发货的订单可以整单退款。"),
            "currency_exchange",
            "payments.add_refund",
            frozenset({State.WAIT_GROUP, State.TO_SHIP}),
            RefundForm,
            _refund,
            danger=True,
            also=lambda order: not any(line.held_quantity for line in order.lines.all()),
        ),
        OrderAction(
            "remark",
            _("备注和旗帜"),
            _("只有店里的人看得到。"),
            "edit_note",
            "orders.change_order",
            frozenset(State),
            RemarkForm,
            _annotate,
        ),
    )
}
