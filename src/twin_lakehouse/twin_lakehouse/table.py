"""From a record class to its table: one description gives the columns, the DDL and the Arrow schema (schema.py).

A record is a frozen dataclass decorated with `@table(...)`. Each field is a column: its Python type gives the SQL type
(`SQL_TYPES`), `| None` makes the column nullable, and `Annotated[..., Column(...)]` changes the name or the type.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, Union, get_args, get_origin
from uuid import UUID

R = TypeVar("R")

SQL_TYPES: Mapping[type, str] = {
    UUID: "UUID",
    str: "VARCHAR",
    datetime: "TIMESTAMP",
    float: "DOUBLE",
    int: "BIGINT",
    bool: "BOOLEAN",
}


@dataclass(frozen=True, slots=True)
class Column:
    """How a field differs from what its Python type implies: another column `name`, another `sql_type`."""

    name: str | None = None
    sql_type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSpec:
    """A column of a table, and the dataclass field that holds it; `default` is the field's text, if it has one."""

    name: str
    sql_type: str
    nullable: bool
    field: str
    default: str | None = None

    @property
    def ddl(self) -> str:
        """The column as CREATE TABLE wants it."""
        return f'"{self.name}" {self.sql_type}' + ("" if self.nullable else " NOT NULL")

    @property
    def added_ddl(self) -> str:
        """The column as ADD COLUMN wants it: rows that are there get the default. NOT NULL can't be asked for then."""
        default = "" if self.default is None else f" DEFAULT '{self.default}'"
        return f'"{self.name}" {self.sql_type}{default}'


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """A table: `name` is `schema.table`; `key` names the row; `partition_by` is a column or None."""

    name: str
    key: str
    partition_by: str | None
    record: type
    columns: tuple[ColumnSpec, ...]

    @property
    def schema(self) -> str:
        """The part of the name before the dot."""
        return self.name.partition(".")[0]

    @property
    def table(self) -> str:
        """The part of the name after the dot."""
        return self.name.partition(".")[2]

    @property
    def column_names(self) -> tuple[str, ...]:
        """The columns' names in order."""
        return tuple(column.name for column in self.columns)

    def create_ddl(self, catalog: str) -> str:
        """The statement that creates the table in `catalog`, unless it is there."""
        columns = ", ".join(column.ddl for column in self.columns)
        return f"CREATE TABLE IF NOT EXISTS {catalog}.{self.name} ({columns})"


_TABLES: dict[str, TableSpec] = {}


def table(name: str, *, key: str, partition_by: str | None = None) -> Callable[[type[R]], type[R]]:
    """Class decorator: registers a record class as the rows of `name` (`schema.table`)."""

    def register(record: type[R]) -> type[R]:
        _TABLES[name] = TableSpec(
            name=name, key=key, partition_by=partition_by, record=record, columns=_columns(record)
        )
        return record

    return register


def registered() -> tuple[TableSpec, ...]:
    """The tables whose records are defined so far, in the order of their definition."""
    return tuple(_TABLES.values())


def _columns(record: type) -> tuple[ColumnSpec, ...]:
    hints = typing.get_type_hints(record, include_extras=True)
    return tuple(_column(field.name, hints[field.name], field.default) for field in dataclasses.fields(record))


def _column(field: str, hint: object, default: object) -> ColumnSpec:
    base, nullable = _without_none(hint)
    change = Column()
    if get_origin(base) is typing.Annotated:
        base, change = get_args(base)[:2]
    return ColumnSpec(
        name=change.name or field,
        sql_type=change.sql_type or SQL_TYPES[base],
        nullable=nullable,
        field=field,
        default=default if isinstance(default, str) else None,
    )


def _without_none(hint: object) -> tuple[Any, bool]:
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    (base,) = (option for option in get_args(hint) if option is not type(None))
    return base, True
