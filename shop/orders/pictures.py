"""Pictures that past orders show."""

from collections.abc import Sequence

from shop.orders.models import OrderLine


def shown(names: Sequence[str]) -> set[str]:
    """Return those storage names that a line of an order shows."""
    return set(OrderLine.objects.filter(picture__in=names).values_list("picture", flat=True).distinct())
