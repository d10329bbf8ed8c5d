"""The registry of shops."""

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from tenants.context import current_shop

MOST_SCHEMAS = 1000


class PerSchemaCache(dict[Any, dict[Any, Any]]):
    """ContentType rows by schema: two shops may number the same model differently."""

    def _key(self, alias: str) -> tuple[str, str]:
        shop = current_shop.get()
        return alias, shop.schema if shop else ""

    def __getitem__(self, alias: str) -> dict[Any, Any]:
        return super().__getitem__(self._key(alias))

    def setdefault(self, alias: str, default: Any = None) -> dict[Any, Any]:
        """Return the cache of the current schema."""
        if len(self) > MOST_SCHEMAS:
            self.clear()
        return super().setdefault(self._key(alias), default)


class TenantsConfig(AppConfig):
    """Registry, provisioning, outbox and due-table."""

    name = "tenants"
    verbose_name = _("平台")

    def ready(self) -> None:
        """Keep Django's ContentType cache apart by schema, and deletes in one statement."""
        from django.contrib.contenttypes.models import ContentType
        from django.db.models.signals import post_delete
        from django_tenants.signals import tenant_delete_callback

        # It hears every model's deletes, so Django would read all rows before it deletes them. We never drop schemas.
        post_delete.disconnect(tenant_delete_callback)
        # Django copies the declared manager whenever the app registry changes: both must hold the cache.
        cache = PerSchemaCache()
        for manager in (ContentType.objects, *ContentType._meta.local_managers):
            manager._cache = cache  # type: ignore[attr-defined]
