"""Which app's tables belong in which schema, and which rows may meet."""

from typing import Any

from tenants.context import PUBLIC, current_shop, refuse_other_shop


class SchemaRouter:
    """`public` gets the platform's registry, every other schema the shop's apps.

    Django asks a router before it follows a relation, reloads, saves or assigns a row: the one place where a row
    of one shop that is used in another can be refused for all models.
    """

    def db_for_read(self, model: Any, **hints: Any) -> None:
        """Have no preference; ShopMismatch when a row of another shop is followed or reloaded."""
        self._refuse_foreign(hints.get("instance"))

    def db_for_write(self, model: Any, **hints: Any) -> None:
        """Have no preference; ShopMismatch when a row of another shop is written or written to."""
        self._refuse_foreign(hints.get("instance"))

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> None:
        """Have no preference; ShopMismatch when a row of another shop is pointed at."""
        self._refuse_foreign(one)
        self._refuse_foreign(other)

    def _refuse_foreign(self, row: Any) -> None:
        if row is not None and hasattr(row._state, "shop"):
            refuse_other_shop(row._state.shop, row._meta.label)

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Return whether `app_label` has tables in the schema being migrated."""
        shop = current_shop.get()
        if shop is None:  # makemigrations looks at the code alone
            return True
        return (app_label == "tenants") == (shop.schema == PUBLIC.schema)
