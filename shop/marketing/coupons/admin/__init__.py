"""Coupons in the back office."""

from shop.marketing.coupons.admin.pages import CouponTemplateAdmin

__all__ = ["CouponTemplateAdmin"]
