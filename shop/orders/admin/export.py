"""Orders as a spreadsheet: a row for each line; what belongs to the whole order stands in its first row."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from shop.core.money import yuan
from shop.core.sheets import Cell
from shop.jobs.exporting import day_and_time
from shop.orders.admin.contact import contact_of
from shop.orders.models import Order

COLUMNS = (
    *(_("订单号"), _("状态"), _("下单时间"), _("付款时间"), _("发货时间"), _("商品"), _("规格"), _("SKU 编码")),
    *(_("单价"), _("数量"), _("实付小计"), _("运费"), _("应付"), _("已退款"), _("收货人"), _("手机号"), _("地址")),
    *(_("买家留言"), _("商家备注")),
)


def rows(keys: Sequence[int], user: Any) -> Iterator[Sequence[Cell]]:
    """Yield the rows of these orders (primary keys); who has nothing to do with parcels reads masked contacts."""
    orders = Order.objects.prefetch_related("lines").in_bulk(keys)
    for key in keys:
        if order := orders.get(key):
            yield from _rows(order, user)


def _rows(order: Order, user: Any) -> Iterator[Sequence[Cell]]:
    name, phone, address = contact_of(order, user)
    head: list[Cell] = [
        order.number,
        str(order.get_state_display()),
        *(day_and_time(moment) for moment in (order.created_at, order.paid_at, order.shipped_at)),
    ]
    for index, line in enumerate(order.lines.all()):
        whole: list[Cell] = ["", "", ""]
        if index == 0:
            whole = [_yuan(order.freight), _yuan(order.total), _yuan(order.refunded)]
        yield [
            *head,
            *(line.title, line.options, line.sku_code, _yuan(line.unit_price), line.quantity, _yuan(line.total)),
            *whole,
            *(name, phone, address, order.remark, order.staff_remark),
        ]


def _yuan(fen: int) -> Decimal:
    return Decimal(yuan(fen))
