"""The list of orders and the page of one, with the forms of its actions."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from payments.base import PaymentError
from payments.models import Attempt, Payment
from shop.aftersale.models import AfterSale
from shop.core.admin_base import Change, ReadOnlyAdmin, actor_of, may_write
from shop.core.admin_fields import actor_name, masked_phone, money_column
from shop.core.base import key_of
from shop.core.errors import ShopError
from shop.fulfilment.carriers import carrier_name
from shop.fulfilment.models import Package
from shop.jobs.admin_export import ExportAdmin
from shop.orders.admin.actions import ACTIONS, Noted, OrderAction
from shop.orders.admin.contact import contact_of, sees_contact
from shop.orders.admin.forms import ShipForm
from shop.orders.admin.listing import OrderChangeList, found_by, goods_of, saved_filters_view
from shop.orders.admin.offers import offers_of
from shop.orders.admin.ordering import asked_view, new_order_view, read_address_view, skus_view
from shop.orders.admin.warehouse import MOST_PRINTED, print_view, ship_sheet_view
from shop.orders.models import Order, OrderEvent
from shop.orders.services import set_flag

State = Order.State

EVENTS = {
    "created": _("店员代下单"),
    "paid": _("付款"),
    "paid_late": _("逾期付款，订单恢复"),
    "repriced": _("改价"),
    "address_changed": _("修改收货地址"),
    "cancelled": _("取消"),
    "parcel_shipped": _("部分发货"),
    "shipped": _("全部发货"),
    "tracking_corrected": _("更正运单号"),
    "received": _("确认收货"),
    "refunded": _("整单退款"),
    "virtual_refunded": _("虚拟商品退款"),
    "after_sale_refunded": _("售后退款"),
}
# Pages beside the list: address below the list → view(page, request).
PAGES = {
    "filters": saved_filters_view,
    "ship-sheet": ship_sheet_view,
    "print": print_view,
    "new": new_order_view,
    "skus": skus_view,
    "asked": asked_view,
    "read-address": read_address_view,
}
MOST_FLAGGED = 500
FLAGS = {
    Order.Flag.RED.value: _("标记红旗"),
    Order.Flag.YELLOW.value: _("标记黄旗"),
    Order.Flag.GREEN.value: _("标记绿旗"),
    Order.Flag.BLUE.value: _("标记蓝旗"),
    Order.Flag.PURPLE.value: _("标记紫旗"),
    "": _("取消旗帜"),
}


def _flag_action(flag: str, label: Any) -> Callable[..., None]:
    """Return the action of the list that gives the chosen orders a flag."""

    @action(description=label, permissions=["note"])
    def run(page: "OrderAdmin", request: HttpRequest, orders: QuerySet[Order]) -> None:
        page.mark(request, orders, flag)

    run.__name__ = f"flag_{flag.lower() or 'none'}"
    return run


FLAG_ACTIONS = tuple(_flag_action(flag, label) for flag, label in FLAGS.items())


class OrderAdmin(ExportAdmin, ReadOnlyAdmin):
    """Orders. No field is editable; what changes an order is a service behind a button."""

    list_display = ("number_flagged", "state_label", "goods", "receiver", "buyer", "total_yuan", "created_at")
    list_display_links = ("number_flagged",)
    list_before_template = "admin/orders/order/list_before.html"
    list_select_related = ("member",)
    search_fields = ("number",)
    search_help_text = _("订单号、手机号、手机尾号或运单号")
    actions = ("print_notes", "print_picking", "export_rows", "export_csv", *FLAG_ACTIONS)
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

    @display(description=_("收货人"))
    def receiver(self, order: Order) -> str:
        """Show the name, as far as its reader may know it, and the last four digits of the phone number."""
        tail = format_html('<small class="weipu-soft whitespace-nowrap">{} {}</small>', _("尾号"), order.phone_last4)
        return format_html("{} {}", order.receiver, tail) if order.phone_last4 else ""  # type: ignore[attr-defined]

    @display(description=_("会员"), ordering="member__nickname")
    def buyer(self, order: Order) -> str:
        """Show who ordered."""
        return order.member.shown_name

    @display(description=_("订单号"), ordering="number")
    def number_flagged(self, order: Order) -> str:
        """Show the number with its flag."""
        if not order.flag:
            return order.number
        return format_html(
            '<span class="whitespace-nowrap"><span class="weipu-flag is-{}" title="{}"></span>{}</span>',
            order.flag.lower(),
            order.get_flag_display(),
            order.number,
        )

    @display(description=_("商品"))
    def goods(self, order: Order) -> str:
        """Show the first product, how many there are, and how many units."""
        return goods_of(order)

    class Media:
        js = (static("weipu/orders.js"),)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[OrderChangeList]:
        """Return the list that knows the shop's own filters."""
        return OrderChangeList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return the orders with their lines."""
        return super().get_queryset(request).prefetch_related("lines")

    def has_note_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may note something on orders."""
        return bool(request.user.has_perm("orders.change_order") and may_write(request.path))

    @action(description=_("打印发货单"), permissions=["view"])
    def print_notes(self, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse:
        """Go to the delivery notes of the chosen orders."""
        return self._print(orders, "notes")

    @action(description=_("打印拣货单"), permissions=["view"])
    def print_picking(self, request: HttpRequest, orders: QuerySet[Order]) -> HttpResponse:
        """Go to the picking list of the chosen orders."""
        return self._print(orders, "picking")

    def _print(self, orders: QuerySet[Order], kind: str) -> HttpResponse:
        keys = ",".join(str(pk) for pk in orders.values_list("pk", flat=True)[:MOST_PRINTED])
        return HttpResponseRedirect(f"{self.page('print')}?kind={kind}&ids={keys}")

    def mark(self, request: HttpRequest, orders: QuerySet[Order], flag: str) -> None:
        """Give the chosen orders a flag, "" for none."""
        found = dict(orders.values_list("pk", "number")[:MOST_FLAGGED])
        with transaction.atomic():
            count = set_flag(list(found), flag)
            change = Change({}, {"flag": flag, "orders": list(found.values())})
            self.record(request, request.user, "order.flag", change)  # type: ignore[arg-type]
        messages.success(request, _("已标记 %(count)d 个订单") % {"count": count})

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Any], search_term: str) -> Any:
        """Find by the start of the number, the phone number or its last four digits, or a tracking number."""
        term = search_term.strip()
        return (queryset.filter(found_by(term)) if term else queryset), False

    def get_urls(self) -> list[URLPattern]:
        """Return the pages, with one for each action before them."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view(self.action_view)
        own = [path(f"<int:pk>/{code}/", view, {"code": code}, name=f"{name}_{code}") for code in ACTIONS]
        for code, page in PAGES.items():
            own.append(path(f"{code}/", self.admin_site.admin_view(partial(page, self)), name=f"{name}_{code}"))
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
            "offers": offers_of(order),
            "events": [_event_row(event) for event in order.events.all()],
            "packages": [_package_row(package) for package in order.packages.all()],
            "shows_contact": sees_contact(user),
            "to_copy": " ".join(contact_of(order, user)).strip() if sees_contact(user) else "",
            "masked_phone": masked_phone(order.phone_last4),
            "after_sales": _after_sales(order, user),
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
        asked = {"package": request.GET.get("package")}
        form = action.form(order, data=request.POST if request.method == "POST" else None, initial=asked)
        if "more" in request.POST and isinstance(form, ShipForm):
            form = form.one_more()
        elif request.method == "POST" and form.is_valid() and self._done(request, order, action, form):
            return HttpResponseRedirect(self.page("change", pk))
        receiver = " ".join(contact_of(order, request.user)) if action.shows_receiver else ""
        context = {
            **self._frame(request, order),
            "title": action.label,
            "action": action,
            "form": form,
            "receiver": receiver.strip(),
        }
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
        found = rows.filter(pk=key_of(pk)).first()
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
                noted = action.run(order, form, actor_of(request))
                self.record(request, order, f"order.{action.code}", _change(order, noted))
        except PaymentError:
            messages.warning(request, _("支付渠道暂时没有回应，正在处理中，请稍后刷新再看"))
            return True
        except ShopError as error:
            if error.status == 503:
                messages.warning(request, str(error.message))
                return True
            _refuse(form, error)
            return False
        messages.success(request, _("%(action)s：已完成") % {"action": action.label})
        return True


def _after_sales(order: Order, user: Any) -> list[AfterSale]:
    """Return the order's after-sales for who may see them, newest first."""
    if not user.has_perm("aftersale.view_aftersale"):
        return []
    return list(order.after_sales.order_by("-pk").prefetch_related("lines__order_line"))


def _now(order: Order, action: OrderAction) -> dict[str, Any]:
    return {"state": order.get_state_display(), "action": action.label}


def _refuse(form: Any, error: ShopError) -> None:
    """Show a refusal at the fields it names, or above the form."""
    named = [name for name in error.detail if name in form.fields]
    for name in named:
        form.add_error(name, error.detail[name])
    if not named:
        form.add_error(None, str(error.message))


def _change(before: Order, noted: Noted) -> Change:
    names = ("state", "total", "discount", "freight", "staff_remark", "flag")
    after = Order.objects.get(pk=before.pk)
    shown = [name for name in names if getattr(before, name) != getattr(after, name)]
    values = {name: getattr(after, name) for name in shown}
    return Change({name: getattr(before, name) for name in shown}, {**values, **(noted or {})})


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
    return {"package": package, "carrier": carrier_name(package.carrier), "lines": package.lines.all()}
