"""Orders as shoppers see them."""

from typing import Any

from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from shop.members.models import Member
from shop.orders.models import Order, OrderLine
from shop.orders.services import answers, limits, points
from shop.orders.services.checkout import Basket, OrderRequest
from shop.pricing import member_price
from shop.pricing.points import TOOL as POINTS
from shop.pricing.points import worth

TITLES = {member_price.TOOL: _("会员价"), POINTS: _("积分抵扣"), "manual": _("商家改价")}


def picture_url(name: str) -> str:
    """Return the address of a stored picture, "" for none."""
    return storages["public"].url(name) if name else ""


def quote_json(member: Member, request: OrderRequest, basket: Basket) -> dict[str, Any]:
    """Return a priced basket and what an order of it would be refused for; amounts in fen."""
    return {
        "lines": [
            {
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
            }
            for sku, line in zip(basket.skus, basket.quote.lines, strict=True)
        ],
        "subtotal": basket.quote.subtotal,
        "discount": basket.quote.discount,
        "freight": basket.quote.freight,
        "total": basket.quote.total,
        "discounts": [
            {"tool": each.tool, "title": str(TITLES.get(each.tool, each.title)), "amount": each.saved}
            for each in basket.quote.discounts
            if each.saved
        ],
        "points": _points(basket),
        "needs_address": basket.ships,
        "problems": _problems(member, request, basket),
    }


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
    over = [problem.row() for problem in limits.problems(member, basket.skus, basket.quantities)]
    unfilled = answers.problems(basket.skus, request.forms)
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
