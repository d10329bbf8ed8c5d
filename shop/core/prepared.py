"""Queries that the ORM writes once per process.

Building a queryset and turning it into SQL costs several times what PostgreSQL and the driver need to run it. A
query whose shape is always the same is therefore written once, with `Parameter`s in the places of its values.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Expression, Field, Func, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql import UpdateQuery

from tenants.context import current_shop

Row = dict[str, Any]
Made = TypeVar("Made")


class Parameter(Expression):
    """The place of a value that is given when the query runs."""

    def __init__(self, name: str, field: Field) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Return a placeholder, with this object in the place of the value."""
        return "%s", [self]


class AnyOf(Func):
    """Whether a column is one of the values of a list `Parameter`; IN would need another text for each length."""

    arg_joiner = " = ANY("
    template = "%(expressions)s)"

    def __init__(self, column: str, name: str, field: Field) -> None:
        super().__init__(column, Parameter(name, field), output_field=BooleanField())


class AmongMany(Func):
    """`AnyOf` for lists of thousands of keys: a kept plan would compare each row with the whole list."""

    arg_joiner = " IN (SELECT unnest("
    template = "%(expressions)s::bigint[]))"

    def __init__(self, column: str, name: str) -> None:
        super().__init__(column, Parameter(name, BigIntegerField()), output_field=BooleanField())


def _given(parameters: Sequence[Any], values: Row) -> list[Any]:
    return [values[each.name] if isinstance(each, Parameter) else each for each in parameters]


class _Prepared:
    """A query, written at its first use; `limit` and `offset` come at the end of its text when it is `sliced`.

    The text names no schema, so that it serves every shop.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Any]], *, sliced: bool = False) -> None:
        self._make, self._sliced = make, sliced
        self._compiler: Any = None

    def _run(self, values: Row) -> list[Sequence[Any]]:
        if self._compiler is None:
            self._write()
        given = _given(self._parameters, values)
        if self._sliced:
            given += [values["limit"], values["offset"]]
        with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(self._text, given)
            found = cursor.fetchall()
        return [self._converted(row) for row in found] if self._converters else found

    def _converted(self, row: Sequence[Any]) -> list[Any]:
        values = list(row)
        for place, (convert, expression) in self._converters.items():
            for each in convert:
                values[place] = each(values[place], expression, connection)
        return values

    def _write(self) -> None:
        query = self._make().query
        compiler = query.get_compiler(connection.alias)
        text, self._parameters = compiler.as_sql()
        self._text = f"{text} LIMIT %s OFFSET %s" if self._sliced else text
        self._names = list(query.selected or ())
        columns = [expression for expression, _text, _alias in compiler.select]
        self._converters: dict[int, Any] = compiler.get_converters(columns)
        self._compiler = compiler


class Prepared(_Prepared):
    """A `values()` query."""

    def rows(self, **values: Any) -> list[Row]:
        """Return the rows for these values of the parameters, as dictionaries."""
        found = self._run(values)
        return [dict(zip(self._names, row, strict=True)) for row in found]

    def column(self, **values: Any) -> list[Any]:
        """Return the first column."""
        return [row[0] for row in self._run(values)]


class PreparedObjects(_Prepared, Generic[Made]):
    """A query of model instances with their annotations and `select_related()`; no prefetching."""

    def objects(self, **values: Any) -> list[Made]:
        """Return the instances for these values of the parameters."""
        return [self._object(row) for row in self._run(values)]

    def _object(self, row: Sequence[Any]) -> Made:
        found: Made = self._model.from_db(connection.alias, self._attributes, row[self._start : self._end])
        for name, place in self._annotations.items():
            setattr(found, name, row[place])
        for populator in self._populators:
            populator.populate(row, found)  # type: ignore[arg-type]
        return found

    def _write(self) -> None:
        super()._write()
        compiler, info = self._compiler, self._compiler.klass_info
        self._model = info["model"]
        self._start, self._end = info["select_fields"][0], info["select_fields"][-1] + 1
        self._annotations: dict[str, int] = compiler.annotation_col_map
        columns = compiler.select[self._start : self._end]
        self._attributes = [expression.target.attname for expression, _text, _alias in columns]
        self._populators = get_related_populators(info, compiler.select, connection.alias)  # type: ignore[call-arg]


class PreparedUpdate:
    """An UPDATE of the queryset's rows; `values` are column → plain value, expression or `Parameter`."""

    def __init__(self, make: Callable[[], QuerySet[Any]], **values: Any) -> None:
        self._make, self._values = make, values
        self._text = ""

    def rows(self, **values: Any) -> int:
        """Change the rows for these values of the parameters and return how many there were."""
        if not self._text:
            query: Any = self._make().query.chain(UpdateQuery)
            query.add_update_values(self._values)
            text, self._parameters = query.get_compiler(connection.alias).as_sql()
            self._text = text
        with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(self._text, _given(self._parameters, values))
            return int(cursor.rowcount)


class PreparedInsert(Generic[Made]):
    """An INSERT of new rows of one model, any number of them by one text.

    What the database fills in (the key, `db_default` without `default`) is read back into the rows.
    """

    def __init__(self, model: type[Made]) -> None:
        self._model = model
        self._text = ""

    def insert(self, rows: Sequence[Made]) -> None:
        """Insert the rows, in this order."""
        if not self._text:
            self._write()
        columns = [[self._value(field, row) for row in rows] for field in self._given]
        with connection.prepared_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(self._text, columns)
            made = cursor.fetchall()
        for row, values in zip(rows, made, strict=True):
            for field, value in zip(self._filled, values, strict=True):
                setattr(row, field.attname, value)
            row._state.adding, row._state.db = False, connection.alias  # type: ignore[attr-defined]
            row._state.shop = current_shop.get()  # type: ignore[attr-defined]

    @staticmethod
    def _value(field: Any, row: Made) -> Any:
        return field.get_db_prep_save(field.pre_save(row, True), connection)

    def _write(self) -> None:
        meta = self._model._meta  # type: ignore[attr-defined]
        fields = [field for field in meta.local_concrete_fields if not field.generated]
        self._filled = [
            each for each in fields if each.primary_key or (each.has_db_default() and not each.has_default())
        ]
        self._given = [each for each in fields if each not in self._filled]
        names = ", ".join(f'"{each.column}"' for each in self._given)
        places = ", ".join(f"%s::{each.db_type(connection)}[]" for each in self._given)
        filled = ", ".join(f'"{each.column}"' for each in self._filled)
        self._text = f'INSERT INTO "{meta.db_table}" ({names}) SELECT * FROM unnest({places}) RETURNING {filled}'  # noqa: S608
