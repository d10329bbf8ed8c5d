"""Packages."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shop.jobs.kinds import Kind, register
from tenants import subscriptions


class FulfilmentConfig(AppConfig):
    """Packages."""

    name = "shop.fulfilment"
    verbose_name = _("发货")

    def ready(self) -> None:
        """Register the due kinds and events of this app."""
        subscriptions.handle("fulfilment.auto_receive", "shop.fulfilment.services.auto_receive")
        subscriptions.subscribe("package.shipped", "shop.fulfilment.wechat_shipping.on_package_shipped")
        subscriptions.subscribe("package.corrected", "shop.fulfilment.wechat_shipping.on_package_corrected")
        subscriptions.subscribe("package.closed", "shop.fulfilment.wechat_shipping.on_package_closed")
        register(
            Kind(
                "fulfilment.ship_sheet",
                _("用表格发货"),
                "shop.fulfilment.sheets.run_ship_sheet",
                permission="fulfilment.add_package",
                template="admin/orders/ship_sheet_report.html",
            )
        )
