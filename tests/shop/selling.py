"""What tests of virtual goods share: products of each kind, orders of them, money that arrives."""

import secrets
from types import SimpleNamespace

from shop.catalog.models import Product
from shop.orders import services as orders
from shop.orders.models import Order
from shop.virtual import services as virtual
from tests.factories import make_member, make_order, make_sku


def make_card(stock=5, price=1000):
    """A card SKU with `stock` secrets."""
    sku = make_sku(price=price, stock=0)
    Product.objects.filter(pk=sku.product_id).update(kind="CARD")
    sku.product.refresh_from_db()
    if stock:
        add_secrets(sku, stock)
    return sku


def add_secrets(sku, count):
    texts = [f"CARD-{secrets.token_hex(6)}" for _ in range(count)]
    virtual.import_secrets(sku, texts, ref=secrets.token_hex(4), actor="test")
    return texts


def make_service(stock=50, price=1000, **terms):
    """A service SKU; with terms when some are given."""
    sku = make_sku(price=price, stock=stock)
    Product.objects.filter(pk=sku.product_id).update(kind="SERVICE")
    sku.product.refresh_from_db()
    if terms:
        virtual.save_terms(sku.product, **{"valid_days": None, "refund_rule": "UNUSED", **terms})
    return sku


def paid(*items, member=None):
    """A paid order whose payment nobody made: enough where no money goes back."""
    order = make_order(member or make_member(), *items)
    assert orders.mark_paid(order, order.total) is orders.Outcome.PAID
    return order


def hear_paid(order):
    """Let virtual goods hear that the order was paid, as the relay does."""
    from shop.virtual.receivers import on_order_paid

    return on_order_paid(SimpleNamespace(ref=order.number))


def state(order):
    return Order.objects.values_list("state", flat=True).get(pk=order.pk)
