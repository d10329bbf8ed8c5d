"""Events that orders hear."""

from typing import Any

from django.db import transaction
from django.db.models import F

from shop.catalog.models import Product
from shop.core.events import first_time
from shop.inventory.low_stock import tell_of_low
from shop.orders import services
from shop.orders.models import Order


@transaction.atomic
def on_order_paid(event: Any) -> None:
    """Count the units of a paid order as sales of their products, and look whether stock runs low."""
    if not first_time(event, "orders.sales"):
        return
    lines = Order.objects.get(number=event.ref).lines.values_list("sku_id", "sku__product_id", "quantity")
    tell_of_low([sku for sku, _product, _quantity in lines])
    units: dict[int, int] = {}
    for _sku, product, quantity in lines:
        units[product] = units.get(product, 0) + quantity
    for product in sorted(units):
        Product.objects.filter(pk=product).update(sales=F("sales") + units[product])


def on_member_erased(event: Any) -> None:
    """Blank the personal data of an erased member's orders."""
    services.erase_member(event.ids["member"])
