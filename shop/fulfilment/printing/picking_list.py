"""The picking list as PDF: what to fetch from the shelves for many orders at once."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.fulfilment.printing.content import Pick
from shop.fulfilment.printing.paper import Paper


def picking_list_pdf(picks: Sequence[Pick], *, orders: int, shop_name: str) -> bytes:
    """Return the list for so many orders, with a box to tick before each SKU."""
    paper = Paper(shop_name)
    paper.add_page()
    paper.say(_("拣货单"), size=18)
    now = timezone.localtime().strftime("%Y-%m-%d %H:%M")
    units = sum(pick.units for pick in picks)
    counted = {"orders": orders, "skus": len(picks), "units": units, "time": now}
    paper.say(_("%(time)s　%(orders)d 个订单，%(skus)d 种商品，共 %(units)d 件") % counted, grey=True)
    paper.ln(3)
    rows = [("□", pick.title, pick.described, pick.code, pick.orders, pick.units) for pick in picks]
    titles = (" ", _("商品"), _("规格"), _("SKU 编码"), _("订单"), _("数量"))
    paper.rows(titles, (5, 42, 22, 18, 7, 8), rows)
    return paper.bytes()
