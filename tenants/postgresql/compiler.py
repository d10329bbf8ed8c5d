"""SQL compilers that refuse a query built for one shop and evaluated in another."""

from typing import Any

from django.db.backends.postgresql import compiler as parent

from tenants.context import refuse_other_shop


class _SameShop:
    query: Any

    def execute_sql(self, *args: Any, **kwargs: Any) -> Any:
        inner = getattr(self.query, "inner_query", self.query)  # what an aggregate over a subquery counts
        if (built_for := getattr(inner, "shop", None)) is not None:
            refuse_other_shop(built_for, "a query")
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
