"""Due work that needs the order."""

from shop.orders.models import Order
from shop.reviews.services.inviting import invite
from shop.reviews.services.writing import Purchase, PurchasedLine, auto_review


def purchase_of(order: Order) -> Purchase:
    """Return the order as reviews need it; lines that were refunded whole are left out."""
    return Purchase(
        number=order.number,
        completed_at=order.completed_at if order.state == Order.State.COMPLETED else None,
        lines=[
            PurchasedLine(line.pk, line.sku.key, line.sku.product_id, line.options)
            for line in order.lines.select_related("sku")
            if line.refunded_quantity < line.quantity
        ],
    )


def send_invitation(number: str) -> None:
    """Due handler: ask for a review of an order."""
    order = Order.objects.filter(number=number, state=Order.State.COMPLETED).first()
    line = order.lines.first() if order else None
    if line:
        invite(number, line.title)


def note_nothing_written(number: str) -> None:
    """Due handler: note for the lines of an order that nobody reviewed that nothing was written."""
    order = Order.objects.select_related("member").filter(number=number, state=Order.State.COMPLETED).first()
    if order:
        auto_review(purchase_of(order), order.member)
