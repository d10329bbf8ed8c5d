"""Coupons as shoppers see them. Shares, never counts: how many there are is the merchant's business."""

from collections.abc import Iterable, Mapping
from typing import Any

from shop.catalog.models import Product
from shop.marketing.coupons.models import Coupon, CouponHolding, CouponTemplate
from shop.marketing.coupons.wording import in_words
from shop.members.models import Member
from shop.promotions.presentation import database_time
from shop.promotions.tree import Tree, scope_of

Row = dict[str, Any]
MOST_SHOWN = 100


def centre(member: Member | None, product: Product | None = None) -> list[Row]:
    """Return what the claim centre shows now: what this member can take, and what he took of it already.

    With `product` only coupons that are for it. What is gone is not shown to who has none of it.
    """
    templates = CouponTemplate.objects.open(CouponTemplate.Given.CLAIM).order_by("-pk")[:MOST_SHOWN]
    tree = Tree()
    meant = [template for template in templates if product is None or is_for(template.scope, product, tree)]
    had = _had(member, meant)
    return [
        _template(template, had.get(template.pk, 0))
        for template in meant
        if template.left_percent != 0 or template.pk in had
    ]


def is_for(stored: Mapping[str, Any], product: Product, tree: Tree) -> bool:
    """Return whether a stored scope holds a product."""
    scope = scope_of(stored, tree)
    named = scope.is_all or product.pk in scope.products or product.category_id in scope.categories
    return named and product.pk not in scope.without


def _had(member: Member | None, templates: Iterable[CouponTemplate]) -> dict[int, int]:
    if member is None:
        return {}
    return dict(CouponHolding.objects.filter(member=member, template__in=templates).values_list("template_id", "count"))


def _template(template: CouponTemplate, had: int) -> Row:
    is_full = bool(template.most_per_member) and had >= template.most_per_member
    return {
        "key": template.key,
        **rule_row(template.rule()),
        "valid_from": template.valid_from,
        "valid_until": template.valid_until,
        "days_after": template.days_after,
        "days_valid": template.days_valid,
        "claim_until": template.claim_until,
        "left_percent": template.left_percent,
        "is_mine": had > 0,
        "can_claim": not is_full and template.left_percent != 0,
    }


def rule_row(rule: Mapping[str, Any]) -> Row:
    """Return what a coupon gives, in numbers (fen, basis points) and in words."""
    scope = rule["scope"]
    names = ("title", "kind", "value", "share_bp", "cap", "threshold", "is_stackable")
    is_limited = not scope.get("all", not scope) or bool(scope.get("without"))
    return {**{name: rule[name] for name in names}, "summary": in_words(rule), "is_limited": is_limited}


def coupon_row(coupon: Coupon) -> Row:
    """Return a member's coupon."""
    return {
        "key": coupon.key,
        **rule_row(coupon.rule),
        "state": coupon.state,
        "starts_at": coupon.starts_at,
        "ends_at": coupon.ends_at,
        "order": coupon.order,
        "used_at": coupon.used_at,
        "source": coupon.source,
    }


def page(coupons: Iterable[Coupon]) -> Row:
    """Return coupons with the time by which they begin and end."""
    return {"now": database_time(), "coupons": [coupon_row(coupon) for coupon in coupons]}
