"""Delivery notes as PDF: each order begins on a page of its own."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from shop.fulfilment.printing.content import DeliveryNote
from shop.fulfilment.printing.paper import MARGIN, QR_SIZE, Paper


def delivery_notes_pdf(notes: Sequence[DeliveryNote], *, shop_name: str, service_phone: str = "") -> bytes:
    """Return the notes, with the order's number as QR code."""
    paper = Paper(shop_name)
    for note in notes:
        _write(paper, note, shop_name, service_phone)
    return paper.bytes()


def _write(paper: Paper, note: DeliveryNote, shop_name: str, service_phone: str) -> None:
    paper.add_page()
    beside = paper.w - 2 * MARGIN - QR_SIZE - 6
    paper.qr(note.number, paper.w - MARGIN - QR_SIZE, MARGIN)
    paper.say(_("发货单"), size=18, width=beside)
    paper.say(shop_name, size=11, width=beside, grey=True)
    paper.say(_("订单号 %(number)s") % {"number": note.number}, width=beside)
    placed = timezone.localtime(note.placed_at).strftime("%Y-%m-%d %H:%M")
    paper.say(_("下单时间 %(time)s") % {"time": placed}, width=beside)
    paper.set_y(max(paper.get_y(), MARGIN + QR_SIZE) + 3)
    paper.say(f"{note.name}　{note.phone}", size=13)
    paper.say(note.address, size=11)
    if note.remark:
        paper.say(_("买家留言：%(remark)s") % {"remark": note.remark})
    paper.ln(3)
    rows = [(line.title, line.described, line.code, line.units) for line in note.lines]
    paper.rows((_("商品"), _("规格"), _("SKU 编码"), _("数量")), (46, 24, 20, 10), rows)
    paper.ln(2)
    paper.say(_("共 %(units)d 件") % {"units": note.units}, size=11)
    if service_phone:
        paper.say(_("客服电话 %(phone)s") % {"phone": service_phone}, grey=True)
