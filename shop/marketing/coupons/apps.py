"""Coupons."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins
from tenants import subscriptions


class CouponsConfig(plugins.ToolConfig):
    """优惠券: money off, or the freight, for a coupon that a member has."""

    name = "shop.marketing.coupons"
    verbose_name = _("优惠券")
    promotion = "shop.marketing.coupons.tool.CouponTool"
    urls = "shop.marketing.coupons.urls"
    pages = ()
    roles = {
        plugins.OPERATIONS: {
            "coupontemplate": plugins.ALL,
            "coupon": ("view", "change"),
            "couponcode": ("view", "add"),
        },
        plugins.SERVICE: {"coupontemplate": ("view",), "coupon": ("view",)},
    }
    rewards = {"coupon": "shop.marketing.coupons.services.granting.reward"}
    counts = {"coupons": "shop.marketing.coupons.services.reading.usable_count"}

    def ready(self) -> None:
        """Hear of new members."""
        subscriptions.subscribe("member.registered", "shop.marketing.coupons.receivers.on_member_registered")
