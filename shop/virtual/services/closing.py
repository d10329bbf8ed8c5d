"""What using, expiry and refund of a service have in common: its units are done with."""

from django.db.models import F

from shop.orders import services as orders
from shop.orders.models import OrderLine


def close_units(line: OrderLine, units: int, *, actor: str) -> None:
    """Count units of a service line as done with; an order of virtual goods completes when nothing of it is open."""
    OrderLine.objects.filter(pk=line.pk).update(open_units=F("open_units") - units)
    orders.complete_virtual(line.order, actor=actor)
