"""What the merchant says: agree, which starts the refund; reject, with a reason; ask again for a refund that failed."""

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from payments.models import Payment, Refund
from payments.services.refunding import give_back, retry_refund
from shop.aftersale.models import CAUSE, AfterSale, AfterSaleLine, AfterSalePicture
from shop.aftersale.services.moving import free_lines, move
from shop.catalog.models import Product
from shop.core.errors import ShopError
from shop.core.events import publish
from shop.core.models import IdempotencyRecord
from shop.fulfilment import services as fulfilment
from shop.library.services import remove_assets
from shop.orders import services as orders
from shop.orders.models import Order
from shop.virtual import services as virtual

LONGEST_ANSWER = 200
State = AfterSale.State


@transaction.atomic
def agree(after_sale: AfterSale, *, actor: str, answer: str = "") -> None:
    """Refund an after-sale: its unsent units go back to stock, its money is on its way.

    ShopError: 409 `after_sale_decided`; `code_used_up`, `card_delivered` when a service of it was used, or a card
    given out meanwhile.
    """
    virtual.lock_codes(after_sale.order_id)
    decided = {"decided_at": Now(), "decided_by": actor, "answer": answer.strip()[:LONGEST_ANSWER]}
    move(after_sale, State.APPLIED, State.REFUNDING, **decided)
    order = Order.objects.select_for_update().get(pk=after_sale.order_id)
    lines = list(after_sale.lines.select_related("order_line").order_by("order_line_id"))
    _withdraw(lines)
    reason = str(_("售后 %(number)s") % {"number": after_sale.number})
    units = {line.order_line_id: line.quantity for line in lines}
    is_over = orders.give_up(order, units, cause=after_sale.number, actor=actor, reason=reason)
    if not is_over:
        _close_what_is_sent(order, actor)
    freight = order.freight if is_over else 0
    amount = sum(line.amount for line in lines) + freight
    AfterSale.objects.filter(pk=after_sale.pk).update(amount=amount, freight=freight)
    publish("aftersale.agreed", "aftersale", after_sale.number)
    if amount:
        payment = Payment.objects.get(order=order, purpose=Payment.Purpose.ORDER)
        give_back(payment, amount, reason=reason, actor=actor, cause=after_sale.cause)
    else:
        _done(after_sale)


def _withdraw(lines: list[AfterSaleLine]) -> None:
    """Take services back that were given out, as far as they are unused; cards that were given out stay sold."""
    for line in lines:
        given_out = line.quantity - line.order_line.units_unsent
        if given_out > 0 and line.order_line.kind == Product.Kind.CARD:
            raise ShopError("card_delivered", _("卡密已经发出，买家可能已经使用，不能退款"), status=409)
        if given_out > 0 and line.order_line.kind == Product.Kind.SERVICE:
            virtual.withdraw(line.order_line, given_out)


def _close_what_is_sent(order: Order, actor: str) -> None:
    """Let an order go on whose refunded units were the last to be sent or used."""
    if order.state == Order.State.TO_SHIP:
        fulfilment.close_virtual(order, actor=actor)
    else:
        orders.complete_virtual(order, actor=actor)


@transaction.atomic
def reject(after_sale: AfterSale, *, answer: str, actor: str) -> None:
    """Refuse an after-sale and tell the member why; what it held may be asked for again.

    ShopError: 422 `answer_required`; 409 `after_sale_decided`.
    """
    text = answer.strip()
    if not text or len(text) > LONGEST_ANSWER:
        raise ShopError("answer_required", _("请写明拒绝的原因，最多 200 个字"))
    move(
        after_sale,
        State.APPLIED,
        State.REJECTED,
        decided_at=Now(),
        ended_at=Now(),
        decided_by=actor,
        answer=text,
    )
    free_lines(after_sale)
    publish("aftersale.rejected", "aftersale", after_sale.number)


@transaction.atomic
def refund_again(after_sale: AfterSale, *, actor: str) -> Refund:
    """Return a new refund in place of the one that failed. ShopError: 409 `refund_not_failed`."""
    failed = failed_refund(after_sale)
    if failed is None:
        raise ShopError("refund_not_failed", _("只有失败的退款可以重新发起"), status=409)
    return retry_refund(failed, actor=actor)


def failed_refund(after_sale: AfterSale) -> Refund | None:
    """Return the refund of an after-sale that failed and was not asked for again."""
    return Refund.objects.filter(cause=after_sale.cause, state=Refund.State.FAILED).order_by("-pk").first()


@transaction.atomic
def settle(out_refund_no: str) -> None:
    """Book that the money of an after-sale has gone back. Repeating has no effect; other refunds are left alone."""
    refund = Refund.objects.filter(out_refund_no=out_refund_no, state=Refund.State.DONE).first()
    if refund is None or not refund.cause.startswith(CAUSE):
        return
    found = AfterSale.objects.filter(number=refund.cause.removeprefix(CAUSE), amount=refund.amount).first()
    if found and found.state == State.REFUNDING:
        _done(found)


def _done(after_sale: AfterSale) -> None:
    rows = AfterSale.objects.filter(pk=after_sale.pk, state=State.REFUNDING)
    if rows.update(state=State.DONE, ended_at=Now()):
        publish("aftersale.done", "aftersale", after_sale.number)


@transaction.atomic
def erase_member(member_pk: int) -> None:
    """Take what an erased member wrote and sent from the after-sales; amounts stay."""
    IdempotencyRecord.objects.filter(owner=f"after_sale:{member_pk}").delete()
    sent = AfterSalePicture.objects.filter(after_sale__member_id=member_pk)
    assets = list(sent.values_list("asset_id", flat=True))
    sent.delete()
    remove_assets(assets)
    AfterSale.objects.filter(member_id=member_pk).update(description="")
