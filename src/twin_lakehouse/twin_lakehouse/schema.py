"""The tables of the lake by name and by record, and their Arrow schemas (a table: table.py; which ones: records.py)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import twin_lakehouse.records  # noqa: F401  the records register their tables
from twin_lakehouse.errors import SchemaError
from twin_lakehouse.table import TableSpec, registered

if TYPE_CHECKING:
    import pyarrow as pa


def tables() -> tuple[TableSpec, ...]:
    """Every table of the lake, in the order of their definition."""
    return registered()


def table_spec(name: str) -> TableSpec:
    """The table called `schema.table`. Raises SchemaError for a name that no record has."""
    known = {spec.name: spec for spec in tables()}
    if name not in known:
        raise SchemaError(name, "there is no such table", remedy=f"use one of {', '.join(known)}")
    return known[name]


def spec_of(record: type) -> TableSpec:
    """The table whose rows are of class `record`."""
    for spec in tables():
        if spec.record is record:
            return spec
    raise SchemaError(record.__name__, "the class is not a record of the lake", remedy="use a class of records.py")


def check_columns(table_name: str, names: Sequence[str]) -> None:
    """Raises SchemaError for a name that is no column of `schema.table`, and for a column that must be named."""
    known = table_spec(table_name).columns
    unknown = set(names) - {column.name for column in known}
    if unknown:
        listed = ", ".join(column.name for column in known)
        raise SchemaError(table_name, f"there is no column {', '.join(sorted(unknown))}", remedy=f"it has {listed}")
    missing = [column.name for column in known if not column.nullable and column.name not in names]
    if missing:
        raise SchemaError(
            table_name, f"column {', '.join(missing)} is missing", remedy="give every column that can't be NULL"
        )


@cache
def arrow_schema(table_name: str) -> pa.Schema:
    """Arrow schema of `schema.table`: UUID and JSON as string, times as timestamp[us] (UTC, without zone)."""
    import pyarrow as pa

    arrow_types = {
        "UUID": pa.string(),
        "VARCHAR": pa.string(),
        "JSON": pa.string(),
        "TIMESTAMP": pa.timestamp("us"),
        "DOUBLE": pa.float64(),
        "BIGINT": pa.int64(),
        "INTEGER": pa.int32(),
        "BOOLEAN": pa.bool_(),
    }
    columns = table_spec(table_name).columns
    return pa.schema([pa.field(column.name, arrow_types[column.sql_type], column.nullable) for column in columns])
