"""Between records and Arrow tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from twin_lakehouse.clock import as_utc
from twin_lakehouse.schema import arrow_schema, spec_of

if TYPE_CHECKING:
    import pyarrow as pa


class Record(Protocol):
    """Any class of records.py: a dataclass that is a row."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


R = TypeVar("R", bound=Record)


def to_arrow(records: Sequence[Record]) -> pa.Table:
    """The records (at least one, all of one class) as rows of their table; times with a zone become UTC."""
    import pyarrow as pa

    spec = spec_of(type(records[0]))
    schema = arrow_schema(spec.name)
    values = {column.name: [_plain(getattr(record, column.field)) for record in records] for column in spec.columns}
    return pa.table(values, schema=schema)


def from_arrow(record: type[R], rows: pa.Table) -> list[R]:
    """Rows with the table's columns (any order; others are left out) as records."""
    columns = spec_of(record).columns
    uuids = {column.name for column in columns if column.sql_type == "UUID"}
    return [
        record(**{c.field: UUID(row[c.name]) if c.name in uuids and row[c.name] else row[c.name] for c in columns})
        for row in rows.select([column.name for column in columns]).to_pylist()
    ]


def _plain(value: object) -> object:
    if isinstance(value, UUID):
        return str(value)
    return as_utc(value) if isinstance(value, datetime) else value
