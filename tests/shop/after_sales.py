"""What tests of after-sales share: paid orders whose money can go back, refunds that end, asking for units."""

from types import SimpleNamespace

from payments.models import Payment, Refund
from payments.services import reconciling
from payments.services.settling import settle
from shop.aftersale import services
from shop.aftersale.models import AfterSale
from shop.aftersale.receivers import on_refund_done
from shop.core.models import ShopSettings
from shop.fulfilment.services import receive, ship
from shop.inventory.models import StockItem
from shop.orders.models import Order, OrderLine
from tests.factories import make_member, make_order


def bought(money, *items, freight=None, member=None):
    """An order that was really paid; its `line(place)` reads a line anew."""
    order = make_order(member or make_member(), *items)
    settle(money.receipt(money.pay(order)))
    return Order.objects.select_related("member").get(pk=order.pk)


def ask(order, units, **words):
    return services.apply(order.member, order, units, **{"reason": "BROKEN", **words})


def line(order, place=1):
    return OrderLine.objects.get(order=order, position=place)


def held(order, place=1):
    """(held units, held fen, refunded units) of a line."""
    row = line(order, place)
    return row.held_quantity, row.held_amount, row.refunded_quantity


def send(order, units, number="ZT00000001"):
    """Ship units (place → units) of an order."""
    lines = {line(order, place).pk: count for place, count in units.items()}
    return ship(order, lines, carrier="zto", tracking_number=number, actor="test")


def arrive(order):
    receive(order, actor="test")
    return Order.objects.get(pk=order.pk)


def pay_back(after_sale):
    """Let the refund reach the provider, and the after-sale hear that it is done."""
    refund = Refund.objects.filter(cause=after_sale.cause).latest("pk")
    while reconciling.send_refund(str(refund.pk)):  # the provider takes it first, and has done it when asked again
        pass
    on_refund_done(SimpleNamespace(ref=refund.out_refund_no))
    return Refund.objects.get(pk=refund.pk)


def state(after_sale):
    return AfterSale.objects.values_list("state", flat=True).get(pk=after_sale.pk)


def order_state(order):
    return Order.objects.values_list("state", flat=True).get(pk=order.pk)


def on_hand(sku):
    return StockItem.objects.get(sku=sku).on_hand


def payment_of(order):
    return Payment.objects.get(order=order, purpose="ORDER")


def set_days(days):
    ShopSettings.objects.update(after_sale_days=days)
