"""Orders as shoppers see them."""

from collections.abc import Iterable
from typing import Any

from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from shop.catalog.models import SKU
from shop.core.money import yuan
from shop.members.models import Member
from shop.orders.models import Order, OrderLine
from shop.orders.services import answers, limits, points
from shop.orders.services.checkout import Basket, OrderRequest
from shop.pricing import member_price
from shop.pricing.points import TOOL as POINTS
from shop.pricing.points import worth
from shop.pricing.rules import FEN, UNITS
from shop.pricing.values import CouponAnswer, Line, Miss, Perk
from shop.promotions.wording import gains_at

TITLES = {member_price.TOOL: _("会员价"), POINTS: _("积分抵扣"), "manual": _("商家改价")}
REASONS = {
    "out_of_scope": _("不适用于这些商品"),
    "excluded": _("不与商品的其他优惠同享"),
    "saves_nothing": _("这一单用不上"),
    "better_offer": _("已有更划算的优惠"),
    "not_started": _("还没到使用时间"),
}


def picture_url(name: str) -> str:
    """Return the address of a stored picture, "" for none."""
    return storages["public"].url(name) if name else ""


def quote_json(member: Member, request: OrderRequest, basket: Basket) -> dict[str, Any]:
    """Return a priced basket and what an order of it would be refused for; amounts in fen."""
    return {
        "lines": [
            {**_quoted(sku, line), "promotions": _shares(basket, place)}
            for place, (sku, line) in enumerate(zip(basket.skus, basket.quote.lines, strict=True))
        ],
        "subtotal": basket.quote.subtotal,
        "discount": basket.quote.discount,
        "freight": basket.quote.freight,
        "total": basket.quote.total,
        "discounts": _discounts(basket),
        "misses": [_missed(basket, miss) for miss in basket.quote.misses],
        "perks": [_perk(basket, *perk) for perk in basket.quote.perks],
        "coupons": [_coupon(answer) for answer in basket.quote.coupons],
        "best_coupons": list(basket.quote.best),
        "points": _points(basket),
        "needs_address": basket.ships,
        "problems": _problems(member, request, basket),
    }


def _quoted(sku: SKU, line: Line) -> dict[str, Any]:
    return {
        "sku": sku.key,
        "title": sku.product.title,
        "options": sku.option_text,
        "picture": picture_url(sku.product.cover),
        "unit_price": line.unit_price,
        "quantity": line.quantity,
        "amount": line.amount,
        "discount": line.discount,
        "total": line.total,
        "kind": sku.product.kind,
        "activity": {"tool": line.activity[0], "key": line.activity[1]} if line.activity else None,
        "is_gift": line.is_gift,
    }


def _discounts(basket: Basket) -> list[dict[str, Any]]:
    """Return what each offer takes off goods and freight together; an offer that holds for parts is there once."""
    saved: dict[tuple[str, str], int] = {}
    for discount in basket.quote.discounts:
        saved[discount.tool, discount.ref] = saved.get((discount.tool, discount.ref), 0) + discount.saved
    for tool, ref, fen in basket.quote.freight_discounts:
        saved[tool, ref] = saved.get((tool, ref), 0) + fen
    titles = {(each.tool, each.ref): each.title for each in basket.quote.coupons}
    titles |= {(each.tool, each.ref): each.title for each in basket.quote.discounts}
    return [
        {"tool": tool, "key": ref, "title": str(TITLES.get(tool, titles.get((tool, ref), ""))), "amount": fen}
        for (tool, ref), fen in saved.items()
        if fen
    ]


def _shares(basket: Basket, place: int) -> list[dict[str, Any]]:
    """Return what each promotion takes off one line, in the order in which they apply."""
    return [
        {"tool": each.tool, "key": each.ref, "title": str(TITLES.get(each.tool, each.title)), "amount": amount}
        for each in basket.quote.discounts
        if (amount := each.shares[place])
    ]


def _missed(basket: Basket, miss: Miss) -> dict[str, Any]:
    activity = basket.offering.live.get((miss.tool, miss.ref))
    return {
        "tool": miss.tool,
        "key": miss.ref,
        "title": miss.title,
        "reason": miss.reason,
        "message": _reason(miss.reason, miss.missing, miss.unit),
        "missing": miss.missing,
        "unit": miss.unit,
        "gain": gains_at(activity.rule, miss.threshold) if activity else "",
        "summary": activity.summary if activity else "",
    }


def _coupon(answer: CouponAnswer) -> dict[str, Any]:
    return {
        "key": answer.ref,
        "tool": answer.tool,
        "title": answer.title,
        "is_used": answer.is_used,
        "is_usable": not answer.refused,
        "reason": answer.refused,
        "message": _reason(answer.refused, answer.missing, FEN),
        "missing": answer.missing,
        "saves": answer.saves,
    }


def _reason(reason: str, missing: int, unit: str) -> str:
    if reason != "threshold":
        return str(REASONS.get(reason, ""))
    if unit == UNITS:
        return str(_("还差 %(count)d 件") % {"count": missing})
    return str(_("还差 ¥%(amount)s") % {"amount": yuan(missing)})


def _perk(basket: Basket, tool: str, ref: str, perk: Perk) -> dict[str, Any]:
    activity = basket.offering.live.get((tool, ref))
    return {"title": activity.title if activity else "", "kind": perk.kind, "quantity": perk.quantity}


def _points(basket: Basket) -> dict[str, int] | None:
    """Return what points can do for the basket; None in a shop that uses none."""
    if not basket.settings.points_on:
        return None
    return {
        "balance": basket.points.balance,
        "most": basket.quote.points_most,
        "most_worth": worth(basket.quote.points_most, basket.points),
        "used": basket.quote.points_used,
        "earned": sum(line.points_earned for line in basket.quote.lines),
    }


def _problems(member: Member, request: OrderRequest, basket: Basket) -> list[dict[str, Any]]:
    over = [problem.row() for problem in limits.problems(member, basket.bought)]
    unfilled = answers.problems(basket.bought, request.forms)
    error = answers.refusal(unfilled)
    return over + [{**row, "code": error.code, "message": str(error.message)} for row in error.detail["skus"]]


def _line(line: OrderLine) -> dict[str, Any]:
    return {
        "sku": line.sku.key,
        "title": line.title,
        "options": line.options,
        "picture": picture_url(line.picture),
        "unit_price": line.unit_price,
        "quantity": line.quantity,
        "amount": line.amount,
        "discount": line.discount,
        "total": line.total,
        "kind": line.kind,
        "activity": {"tool": line.tool, "key": line.ref} if line.tool else None,
        "is_gift": line.is_gift,
        "form": line.answers(),
    }


def order_row(order: Order) -> dict[str, Any]:
    """Return an order as lists show it."""
    lines = order.placed_lines or list(order.lines.all())
    return {
        "number": order.number,
        "status": order.state,
        "fulfilment": order.fulfilment_kind,
        "cancel_reason": order.cancel_reason,
        "lines": [_line(line) for line in lines],
        "subtotal": order.subtotal,
        "discount": order.discount,
        "freight": order.freight,
        "total": order.total,
        "points_used": sum(line.points_used for line in lines),
        "points_earned": points.earned_by(order, lines),
        "paid": order.paid,
        "refunded": order.refunded,
        "created_at": order.created_at,
        "pay_deadline": order.pay_deadline,
    }


def with_promotions(row: dict[str, Any], lines: Iterable[OrderLine]) -> dict[str, Any]:
    """Return the row of an order with what each promotion took off each of its lines, which have prefetched them."""
    for shown, line in zip(row["lines"], lines, strict=True):
        taken = line.promotions.all()
        shown["promotions"] = [{"tool": each.tool, "key": each.ref, "amount": each.amount} for each in taken]
    return row


def order_json(order: Order) -> dict[str, Any]:
    """Return an order with its address and times."""
    return {
        **order_row(order),
        "remark": order.remark,
        "paid_at": order.paid_at,
        "shipped_at": order.shipped_at,
        "completed_at": order.completed_at,
        "cancelled_at": order.cancelled_at,
        "address": {
            "name": order.name,
            "phone": order.phone,
            "province": order.province,
            "city": order.city,
            "district": order.district,
            "detail": order.detail,
        },
    }
