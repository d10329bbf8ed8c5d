"""Events that stock hears."""

from typing import Any

from shop.inventory.services import refresh_sold_out


def on_crossed_zero(event: Any) -> None:
    """Bring `Product.sold_out` up to date after stock of some SKUs came or went."""
    refresh_sold_out(event.ids["skus"])
