"""Which app's tables belong in which schema."""

from typing import Any

from tenants.context import PUBLIC, current_shop


class SchemaRouter:
    """`public` gets the platform's registry, every other schema the shop's apps."""

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Return whether `app_label` has tables in the schema being migrated."""
        shop = current_shop.get()
        if shop is None:  # makemigrations looks at the code alone
            return True
        return (app_label == "tenants") == (shop.schema == PUBLIC.schema)
