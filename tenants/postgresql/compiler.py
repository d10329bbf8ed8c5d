"""SQL compilers that refuse a query built for one shop and evaluated in another."""

from typing import Any

from django.db.backends.postgresql import compiler as parent

from tenants.context import ShopMismatch, current_shop


class _SameShop:
    query: Any

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        built_for = getattr(self.query, "shop", None)
        if built_for is not None and built_for != current_shop.get():
            raise ShopMismatch("a query built in one shop was evaluated in another")
        return super().execute_sql(*args, **kwargs)  # type: ignore[misc]


class SQLCompiler(_SameShop, parent.SQLCompiler):
    """SELECT."""


class SQLInsertCompiler(_SameShop, parent.SQLInsertCompiler):
    """INSERT."""


class SQLDeleteCompiler(_SameShop, parent.SQLDeleteCompiler):
    """DELETE."""


class SQLUpdateCompiler(_SameShop, parent.SQLUpdateCompiler):
    """UPDATE."""


class SQLAggregateCompiler(_SameShop, parent.SQLAggregateCompiler):
    """Aggregates over a subquery."""
