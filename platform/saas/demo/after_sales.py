"""After-sales of the demonstration: in each shop one that waits for a decision and one that was agreed to."""

import time
from dataclasses import dataclass

from saas.demo.orders import LONGEST_WAIT
from saas.demo.shops import ACTOR, DemoRefused
from shop.aftersale.models import AfterSale
from shop.aftersale.services import agree, apply
from shop.orders.models import Order

Reason = AfterSale.Reason


@dataclass(frozen=True, slots=True)
class Complaint:
    """What the shopper of the order with this remark wants back of a SKU (units), and what the shop says to it."""

    remark: str
    code: str
    units: int
    reason: str
    description: str
    answer: str = ""


COMPLAINTS = {
    "demo-home": (
        Complaint("碗请多包一层", "JJ-301-1", 1, Reason.BROKEN, "四只碗里有一只碗沿磕了一个小口，其他都好。"),
        Complaint(
            "请周末送，家里白天没人",
            "JJ-104-2",
            1,
            Reason.DIFFERENT,
            "枕头比想的高，留一个就够了。",
            "好的，退您一个的钱，枕头不用寄回来。",
        ),
    ),
    "demo-tea": (
        Complaint("礼盒卡片写：中秋快乐", "CD-307-2", 1, Reason.WRONG, "多拍了一盒，还没发货的话请退一盒。"),
        Complaint(
            "茶给爸爸，请放一张空白卡片",
            "CD-302-1",
            1,
            Reason.MISSING,
            "点心只收到一盒。",
            "是我们漏装了，已经退款，对不起。",
        ),
    ),
}


def complain(slug: str) -> None:
    """Leave the after-sales of a shop; those that are there already stay as they are."""
    for complaint in COMPLAINTS[slug]:
        _complain(complaint)


def wait_until_refunded() -> None:
    """Wait for the worker to give back what was agreed to; DemoRefused when nobody does."""
    deadline = time.monotonic() + LONGEST_WAIT
    while AfterSale.objects.filter(state=AfterSale.State.REFUNDING).exists():
        if time.monotonic() > deadline:
            raise DemoRefused("a refund was not booked: do worker, poller and paysim run? (manage.py status)")
        time.sleep(0.1)


def _complain(complaint: Complaint) -> None:
    order = Order.objects.select_related("member").filter(remark=complaint.remark, paid__gt=0).first()
    line = order.lines.filter(sku_code=complaint.code).first() if order else None
    if order is None or line is None or AfterSale.objects.filter(order=order).exists():
        return
    units = {line.position: complaint.units}
    words = {"reason": complaint.reason, "description": complaint.description}
    after_sale = apply(order.member, order, units, **words)
    if complaint.answer:
        agree(after_sale, actor=ACTOR, answer=complaint.answer)
