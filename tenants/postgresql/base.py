"""PostgreSQL connection whose search_path is always that of the current shop, and of nothing else.

`public` is never on the path: its tables are named in full by their models, so a table that a shop lacks
is an error and never the same-named table of somebody else.
"""

import select
from collections.abc import Callable, Iterator
from functools import cache, wraps
from typing import Any

import psycopg
from django.db import InternalError, transaction
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.postgresql.operations import DatabaseOperations
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from django.utils.asyncio import async_unsafe
from django_tenants.postgresql_backend import base
from psycopg import sql
from psycopg.adapt import AdaptersMap
from psycopg.pq import TransactionStatus
from psycopg.types.numeric import Int8Dumper
from psycopg_pool import ConnectionPool

from tenants import versions
from tenants.context import ShopMismatch, current_shop, refuse_other_shop, using_shop

# Of one connection, those used last. With the driver's hundred a server of many shops would keep no plan at all.
KEPT_PLANS = 1000
FETCHES = frozenset({"fetchone", "fetchmany", "fetchall", "nextset", "stream", "copy", "results"})


def check_alive(connection: psycopg.Connection[Any]) -> None:
    """Raise OperationalError for a connection that was lost.

    One whose server went away has something to read, its end; only then is the server asked.
    """
    if connection.closed:
        raise psycopg.OperationalError("the connection is closed")
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if poll.poll(0):
        ConnectionPool.check_connection(connection)


class PreparedCursor(ServerBindingCursor):
    """Lets the server keep the plan of a statement that is run often, a plan for each shop and each schema version.

    Without the mark the shops would share a statement whose plan each of them has to make anew, and one whose
    columns a migration changed would fail until the connection ends.
    """

    mark = b""

    def _convert_query(self, query: Any, params: Any = None) -> Any:
        """Add the mark to what is sent, not to the text: the driver reads each text once, whatever the shop."""
        converted = super()._convert_query(query, params)  # type: ignore[misc]
        converted.query += self.mark
        return converted


@cache
def _adapters(template: AdaptersMap) -> AdaptersMap:
    """Return Django's adapters with one type for all integers, else each size would make another statement."""
    adapters = AdaptersMap(template)
    adapters.register_dumper(int, Int8Dumper)
    return adapters


class _ShopCursor:
    """Refuses to run a statement, or to hand out rows, for another shop than the one it was opened for."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._shop = current_shop.get()

    def _execute_with_wrappers(self, *args: Any, **kwargs: Any) -> Any:
        refuse_other_shop(self._shop, "a cursor")
        return super()._execute_with_wrappers(*args, **kwargs)  # type: ignore[misc]

    def __getattr__(self, name: str) -> Any:
        if name in FETCHES:
            refuse_other_shop(self._shop, "a cursor")
        return super().__getattr__(name)  # type: ignore[misc]

    def __iter__(self) -> Iterator[Any]:
        for row in super().__iter__():  # type: ignore[misc]
            refuse_other_shop(self._shop, "a cursor")
            yield row


class ShopCursor(_ShopCursor, CursorWrapper):
    """Cursor bound to a shop."""


class ShopDebugCursor(_ShopCursor, CursorDebugWrapper):
    """Cursor bound to a shop that also records its statements."""


class Operations(DatabaseOperations):
    """What Django asks about this database."""

    compiler_module = "tenants.postgresql.compiler"

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """Return what was sent; the driver does not know it of a statement whose plan the server has."""
        return super().last_executed_query(cursor, sql, params) or sql


class DatabaseWrapper(base.DatabaseWrapper):
    """django-tenants' connection, driven by the ContextVar instead of by calls."""

    ops_class = Operations
    _setting_search_path: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._path: str | None = None
        self._changed: set[int] = set()
        self._ready = False
        super().__init__(*args, **kwargs)
        self._ready = True

    @property
    def schema_name(self) -> str:
        """Return the schema that statements run in; `public` where no shop is set."""
        shop = current_shop.get()
        return shop.schema if shop else "public"

    @schema_name.setter
    def schema_name(self, value: str) -> None:
        """The parent class assigns this; the ContextVar decides."""

    @property
    def tenant(self) -> Any:
        """Return the current shop."""
        return current_shop.get()

    @tenant.setter
    def tenant(self, value: Any) -> None:
        """The parent class assigns this; the ContextVar decides."""

    def set_tenant(self, tenant: Any, include_public: bool = True) -> None:
        """Set the current shop from a Tenant row, a ShopRef or None."""
        if not self._ready:  # the parent's __init__ asks for `public`: opening a connection must not leave a shop
            return
        current_shop.set(tenant.ref() if hasattr(tenant, "ref") else tenant)

    def set_schema(self, schema_name: str, include_public: bool = True, tenant_type: Any = None) -> None:
        """Refused: a bare schema name carries no shop."""
        raise ShopMismatch("use using_shop()")

    def set_schema_to_public(self) -> None:
        """Leave the current shop."""
        self.set_tenant(None)

    def get_connection_params(self) -> dict[str, Any]:
        """Return what the driver connects with."""
        params = super().get_connection_params()
        return params | {"context": _adapters(params["context"])}

    @property
    def pool(self) -> Any:
        """Return the pool; it looks at a connection before it hands it out, without a round trip."""
        pool = super().pool
        if pool is not None:
            pool._check = check_alive
        return pool

    def init_connection_state(self) -> None:
        """A new connection has an unknown path, a borrowed one the path that it was given back with."""
        self._path = getattr(self.connection, "shop_path", None)
        self.connection.prepared_max = KEPT_PLANS
        super().init_connection_state()

    def close(self) -> None:
        """Close; a pooled connection takes its path along, unless the pool is going to roll back."""
        if self.connection is not None:
            idle = self.connection.pgconn.transaction_status == TransactionStatus.IDLE
            self.connection.shop_path = self._path if idle else None
        self._path = None
        self._changed.clear()
        super().close()

    @async_unsafe
    def rollback(self) -> None:
        """Roll back; a SET issued in the transaction is undone with it."""
        self._path = None
        self._changed.clear()
        super().rollback()

    def mark_changed(self, slot: int) -> None:
        """Raise this shop's catalogue version as the last act of the running transaction, or now."""
        if self.in_atomic_block:
            self._changed.add(slot)
        else:
            with transaction.atomic(using=self.alias):
                self._changed.add(slot)

    def _commit(self) -> None:
        """Commit; the versions that the transaction raised are on the board before anybody hears of it."""
        if not self._changed:
            super()._commit()
            return
        raised = versions.raise_versions(self._changed)
        self._changed.clear()
        super()._commit()
        versions.show(raised)

    @async_unsafe
    def savepoint_rollback(self, sid: str) -> None:
        """Roll back to a savepoint; a SET issued after it is undone with it."""
        try:
            super().savepoint_rollback(sid)
        finally:
            self._path = None

    def on_commit(self, func: Callable[[], Any], robust: bool = False) -> None:
        """Run `func` after commit, for the shop that registered it; TypeError when it cannot be called."""
        if not callable(func):
            raise TypeError("on_commit()'s callback must be a callable.")
        shop = current_shop.get()

        @wraps(func, assigned=("__qualname__", "__module__"), updated=())
        def for_its_shop() -> None:
            with using_shop(shop):
                func()

        super().on_commit(for_its_shop, robust=robust)

    def prepared_cursor(self) -> CursorWrapper:
        """Return a cursor whose statements, run often, the server keeps planned."""
        self.ensure_connection()
        self._handle_search_path()
        shop, cursor = current_shop.get(), PreparedCursor(self.connection)  # type: ignore[call-arg]
        cursor.mark = f" /* {shop.schema} {shop.schema_hash[:12]} */".encode() if shop else b""
        return self._prepare_cursor(cursor)

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        """Return a cursor bound to the current shop."""
        return ShopCursor(cursor, self)

    def make_debug_cursor(self, cursor: Any) -> CursorDebugWrapper:
        """Return a recording cursor bound to the current shop."""
        return ShopDebugCursor(cursor, self)

    def _handle_search_path(self, cursor: Any = None) -> None:
        shop = current_shop.get()
        wanted = shop.schema if shop else ""
        if wanted == self._path or self._setting_search_path:
            return
        self._setting_search_path = True
        self._path = None
        try:
            with self.wrap_database_errors, self.connection.cursor() as own:
                own.execute(
                    sql.SQL("SET search_path TO {}").format(sql.Identifier(wanted) if wanted else sql.Literal(""))
                )
            self._path = wanted
        except InternalError as error:
            if not isinstance(error.__cause__, psycopg.errors.InFailedSqlTransaction):
                raise
            # nothing but a rollback can run now, and that one needs a cursor
        finally:
            self._setting_search_path = False
