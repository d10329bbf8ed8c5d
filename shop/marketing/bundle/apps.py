"""Several SKUs together at one price."""

from django.utils.translation import gettext_lazy as _

from shop.promotions import plugins


class BundleConfig(plugins.ToolConfig):
    """优惠套餐: several SKUs together at one price."""

    name = "shop.marketing.bundle"
    verbose_name = _("优惠套餐")
    promotion = "shop.marketing.bundle.tool.Bundle"
    activity_details = "shop.marketing.bundle.presentation.of_activity"
    summary = "shop.marketing.bundle.wording.summary"
    check = "shop.marketing.bundle.wording.check"
    pages = (("bundleactivity", "shop.marketing.bundle.admin.BundleAdmin", "package_2"),)
    roles = {plugins.OPERATIONS: {"bundleactivity": plugins.ALL}}
    words = {
        "bundleactivity": (
            _("还没有优惠套餐"),
            _("选几件搭配好的商品，写上每套几件和一整套的价格，定好起止时间。顾客整套下单，比单买便宜。"),
            _("没有符合条件的优惠套餐"),
            _("新增优惠套餐"),
            "admin:bundle_bundleactivity_add",
            "bundle.add_bundleactivity",
        )
    }
