"""Where an after-sale goes next: one conditional UPDATE on the old state, so that one of two rivals wins."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from shop.aftersale.models import AfterSale
from shop.core.errors import ShopError
from shop.orders import services as orders


def move(after_sale: AfterSale, old: str, new: str, **changes: Any) -> None:
    """Take the after-sale from `old` to `new`. ShopError: 409 `after_sale_decided` when it is not in `old` any more."""
    if new not in AfterSale.NEXT[AfterSale.State(old)]:
        raise ValueError(f"{old} -> {new} is no edge")
    if not AfterSale.objects.filter(pk=after_sale.pk, state=old).update(state=new, **changes):
        raise ShopError("after_sale_decided", _("这个售后已经处理过了，请刷新页面"), status=409)


def free_lines(after_sale: AfterSale) -> None:
    """Let what an after-sale held be asked for again."""
    for line in after_sale.lines.order_by("order_line_id"):
        orders.free(line.order_line_id, line.quantity, line.amount)
