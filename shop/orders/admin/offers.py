"""What took money off an order, by name: staff answer shoppers who ask why something cost what it cost."""

from typing import Any

from shop.orders.models import Order
from shop.orders.presentation import TITLES
from shop.promotions.models import Activity
from shop.promotions.registry import config_of

Told = tuple[str, int]  # what it is called, fen


def offers_of(order: Order) -> list[Told]:
    """Return what took how much (fen) off an order, in the order in which it applied."""
    saved: dict[tuple[str, str], int] = {}
    for share in order.promotions.order_by("pk"):
        saved[share.tool, share.ref] = saved.get((share.tool, share.ref), 0) + share.amount
    titles = dict(Activity.objects.filter(key__in=[ref for _tool, ref in saved if ref]).values_list("key", "title"))
    return [(_named(tool, titles.get(ref, "")), fen) for (tool, ref), fen in saved.items() if fen]


def _named(tool: str, title: str) -> str:
    config: Any = config_of(tool)
    label = str(TITLES.get(tool) or (config.verbose_name if config else tool))
    return f"{label} · {title}" if title and title != label else label
