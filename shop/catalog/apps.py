"""What a shop sells."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from shop.jobs.kinds import Kind, register
from shop.library import registry
from tenants import subscriptions

KINDS = (
    Kind(
        "catalog.import",
        _("导入商品"),
        "shop.catalog.tasks.run_import",
        "catalog.change_product",
        "admin/catalog/import_job.html",
    ),
    Kind(
        "catalog.export",
        _("导出商品"),
        "shop.catalog.tasks.run_export",
        "catalog.view_product",
        "admin/catalog/export_job.html",
    ),
    Kind(
        "catalog.batch",
        _("批量修改商品"),
        "shop.catalog.tasks.run_batch",
        "catalog.change_product",
        "admin/catalog/batch_job.html",
    ),
    Kind(
        "catalog.pictures",
        _("导入图片包"),
        "shop.catalog.tasks.run_pictures",
        "catalog.change_product",
        "admin/catalog/pictures_job.html",
    ),
)


class CatalogConfig(AppConfig):
    """What a shop sells."""

    name = "shop.catalog"
    verbose_name = _("商品")

    def ready(self) -> None:
        """Let the poller put products on the shelf at their times; hear when a picture has its sizes."""
        subscriptions.handle("catalog.shelf", "shop.catalog.services.run_schedule")
        for kind in KINDS:
            register(kind)
        subscriptions.subscribe("picture.ready", "shop.catalog.receivers.on_picture_ready")
        registry.shown_in_column("catalog.Product", "detail_html")
