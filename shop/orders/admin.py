"""Orders in the back office: a list, a page to read, and buttons that call services."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from payments.base import PaymentError
from payments.models import Attempt, Payment
from payments.services.closing import cancel_order, reprice_order
from payments.services.refunding import refund_order
from shop.core import crypto
from shop.core.admin_base import Change, ReadOnlyAdmin, actor_of, may_write
from shop.core.admin_fields import actor_name, masked_phone, money_column
from shop.core.errors import ShopError
from shop.fulfilment.carriers import CARRIERS, CHOICES
from shop.fulfilment.models import Package
from shop.fulfilment.services import ship
from shop.orders.admin_forms import CancelForm, OrderForm, RefundForm, RemarkForm, RepriceForm, ShipForm
from shop.orders.models import Order, OrderEvent

State = Order.State

EVENTS = {
    "created": _("下单"),
    "paid": _("付款"),
    "paid_late": _("逾期付款，订单恢复"),
    "repriced": _("改价"),
    "cancelled": _("取消"),
    "shipped": _("全部发货"),
    "received": _("确认收货"),
    "refunded": _("整单退款"),
}


class CarrierForm(ShipForm):
    """A shipping form that offers the carriers of the shop."""

    carriers = CHOICES


def _ship(order: Order, form: Any, actor: str) -> None:
    values = form.cleaned_data
    ship(order, form.units, carrier=values["carrier"], tracking_number=values["tracking_number"], actor=actor)


def _reprice(order: Order, form: Any, actor: str) -> None:
    reprice_order(order, goods=form.cleaned_data["goods"], freight=form.cleaned_data["freight"], actor=actor)


def _cancel(order: Order, form: Any, actor: str) -> None:
    cancel_order(order, Order.CancelReason.MERCHANT, actor=actor)


def _refund(order: Order, form: Any, actor: str) -> None:
    refund_order(order, reason=form.cleaned_data["reason"], actor=actor)


def _remark(order: Order, form: Any, actor: str) -> None:
    Order.objects.filter(pk=order.pk).update(staff_remark=form.cleaned_data["staff_remark"])


@dataclass(frozen=True, slots=True)
class OrderAction:
    """A button of an order: who may press it, in which states, and what it calls."""

    code: str
    label: Any
    hint: Any
    icon: str
    permission: str
    states: frozenset[str]
    form: type[OrderForm]
    run: Callable[[Order, Any, str], None]
    calls_provider: bool = False
    danger: bool = False

    def fits(self, order: Order, user: Any) -> bool:
        """Return whether `user` may do this to `order` now."""
        return order.state in self.states and user.has_perm(self.permission)

    def scene(self) -> AbstractContextManager[None]:
        """Return one transaction for service and audit entry, unless the service talks to a provider."""
        return nullcontext() if self.calls_provider else transaction.atomic()


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
            CarrierForm,
            _ship,
        ),
        OrderAction(
            "reprice",
            _("改价"),
            _("改价后，买家按新的金额付款；之前打开的付款会失效。"),
            "price_change",
            "orders.reprice_order",
            frozenset({State.UNPAID}),
            RepriceForm,
            _reprice,
            calls_provider=True,
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
            frozenset({State.TO_SHIP}),
            RefundForm,
            _refund,
            danger=True,
        ),
        OrderAction(
            "remark", _("商家备注"), "", "edit_note", "orders.change_order", frozenset(State), RemarkForm, _remark
        ),
    )
}


class OrderAdmin(ReadOnlyAdmin):
    """Orders. No field is editable; what changes an order is a service behind a button."""

    list_display = ("number", "state_label", "member", "total_yuan", "phone_tail", "created_at")
    list_filter = ("state", "created_at")
    list_select_related = ("member",)
    search_fields = ("number",)
    search_help_text = _("订单号、手机号或手机尾号")
    ordering = ("-pk",)
    date_hierarchy = None

    total_yuan = money_column("total", _("应付"))

    @display(
        description=_("状态"),
        ordering="state",
        label={
            State.UNPAID: "warning",
            State.WAIT_GROUP: "warning",
            State.TO_SHIP: "danger",
            State.SHIPPED: "info",
            State.COMPLETED: "success",
            State.CANCELLED: "default",
        },
    )
    def state_label(self, order: Order) -> tuple[str, Any]:
        """Show the state with its colour."""
        return order.state, order.get_state_display()

    @display(description=_("手机尾号"))
    def phone_tail(self, order: Order) -> str:
        """Show the last four digits."""
        return order.phone_last4

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Find by the start of the number, the whole phone number, or its last four digits."""
        term = search_term.strip()
        if not term:
            return queryset, False
        found = Q(number__istartswith=term) | Q(phone_digest=crypto.digest(term, "phone"))
        if len(term) == 4 and term.isdigit():
            found |= Q(phone_last4=term)
        return queryset.filter(found), False

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with one for each action before them."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view(self.action_view)
        own = [path(f"<int:pk>/{code}/", view, {"code": code}, name=f"{name}_{code}") for code in ACTIONS]
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Return the page of one order; there is nothing to post to it."""
        if request.method == "POST":
            raise PermissionDenied
        order = self._order(request, object_id)
        user = request.user
        context = {
            **self._frame(request, order),
            "title": order.number,
            "actions": [
                action for action in ACTIONS.values() if action.fits(order, user) and self._open(order, action)
            ],
            "events": [_event_row(event) for event in order.events.all()],
            "packages": [_package_row(package) for package in order.packages.all()],
            "shows_contact": _sees_contact(user),
            "masked_phone": masked_phone(order.phone_last4),
            "shows_money": user.has_perm("payments.view_payment"),
        }
        return TemplateResponse(request, "admin/shop/order.html", context)

    def action_view(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        """Return the form of an action, or do it."""
        action = ACTIONS[code]
        if not request.user.has_perm(action.permission):
            raise PermissionDenied
        order = self._order(request, str(pk))
        if not self._open(order, action):
            return HttpResponseRedirect(self.page("change", pk))
        if not action.fits(order, request.user):
            messages.error(request, _("订单现在是“%(state)s”，不能%(action)s") % _now(order, action))
            return HttpResponseRedirect(self.page("change", pk))
        form = action.form(order, data=request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid() and self._done(request, order, action, form):
            return HttpResponseRedirect(self.page("change", pk))
        context = {**self._frame(request, order), "title": action.label, "action": action, "form": form}
        return TemplateResponse(request, "admin/shop/order_action.html", context)

    def _open(self, order: Order, action: OrderAction) -> bool:
        """Return whether the state of the shop lets this action through."""
        return may_write(self.page(action.code, order.pk))

    def _order(self, request: HttpRequest, pk: str) -> Order:
        if not self.has_view_permission(request):
            raise PermissionDenied
        packages = Package.objects.prefetch_related("lines__order_line").order_by("pk")
        payments = Payment.objects.select_related("account").prefetch_related("refunds").order_by("pk")
        attempts = Attempt.objects.select_related("account").order_by("pk")
        parts = (Prefetch("packages", packages), Prefetch("payments", payments), Prefetch("attempts", attempts))
        rows = Order.objects.select_related("member").prefetch_related("lines", "events", *parts)
        found = rows.filter(pk=pk).first() if pk.isdigit() and len(pk) < 19 else None
        if found is None:
            raise Http404
        return found

    def _frame(self, request: HttpRequest, order: Order) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "order": order,
            "original": order,
            "order_address": self.page("change", order.pk),
            "has_view_permission": True,
        }

    def _done(self, request: HttpRequest, order: Order, action: OrderAction, form: Any) -> bool:
        """Call the service and write the audit entry; False when it refused and the form says why."""
        try:
            with action.scene():
                action.run(order, form, actor_of(request))
                self.record(request, order, f"order.{action.code}", _change(order))
        except PaymentError:
            messages.warning(request, _("支付渠道暂时没有回应，正在处理中，请稍后刷新再看"))
            return True
        except ShopError as error:
            if error.status == 503:
                messages.warning(request, str(error.message))
                return True
            form.add_error(None, str(error.message))
            return False
        messages.success(request, _("%(action)s：已完成") % {"action": action.label})
        return True


def _now(order: Order, action: OrderAction) -> dict[str, Any]:
    return {"state": order.get_state_display(), "action": action.label}


def _change(before: Order) -> Change:
    names = ("state", "total", "discount", "freight", "staff_remark")
    after = Order.objects.get(pk=before.pk)
    shown = [name for name in names if getattr(before, name) != getattr(after, name)]
    return Change({name: getattr(before, name) for name in shown}, {name: getattr(after, name) for name in shown})


def _sees_contact(user: Any) -> bool:
    """Return whether the user works with the parcel or the shopper, and so needs name, phone and street."""
    return user.has_perm("orders.change_order") or user.has_perm("fulfilment.add_package")


def _event_row(event: OrderEvent) -> dict[str, Any]:
    labels = dict(State.choices)
    return {
        "at": event.at,
        "actor": actor_name(event.actor),
        "action": EVENTS.get(event.action, event.action),
        "after": labels.get(event.after, "") if event.before != event.after else "",
        "note": event.note,
    }


def _package_row(package: Any) -> dict[str, Any]:
    carrier = CARRIERS.get(package.carrier)
    return {"package": package, "carrier": carrier.name if carrier else package.carrier, "lines": package.lines.all()}
