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
    pages = (("coupontemplate", "shop.marketing.coupons.admin.CouponTemplateAdmin", "confirmation_number"),)
    words = {
        "coupontemplate": (
            _("还没有优惠券"),
            _("写上减多少、满多少可用、几天内有效，定好怎么发：自己领、新人专享、发给会员，或者印兑换码。"),
            _("没有符合条件的优惠券"),
            _("新增优惠券"),
            "admin:coupons_coupontemplate_add",
            "coupons.add_coupontemplate",
        )
    }
    roles = {
        plugins.OPERATIONS: {
            "coupontemplate": plugins.ALL,
            "coupon": ("view", "change"),
            "couponcode": ("view", "add"),
        },
        plugins.SERVICE: {"coupontemplate": ("view",), "coupon": ("view",)},
    }
    rewards = {"coupon": "shop.marketing.coupons.services.granting.reward"}
    rewards_back = {"coupon": "shop.marketing.coupons.services.granting.reclaim"}
    entrance = _("领券中心")
    scope = "shop.marketing.coupons.services.reading.scope_of_key"
    reward_choices = {"coupon": "shop.marketing.coupons.wording.reward_choices"}
    counts = {"coupons": "shop.marketing.coupons.services.reading.usable_count"}

    def ready(self) -> None:
        """Hear of new members."""
        subscriptions.subscribe("member.registered", "shop.marketing.coupons.receivers.on_member_registered")
