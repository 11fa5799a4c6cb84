"""Rows into the lake: one INSERT … SELECT from Arrow a table, and the segment's own row beside them."""

# ruff: noqa: S608  names in SQL come from records.py; values are parameters

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from twin_lakehouse.errors import SchemaError
from twin_lakehouse.ids import checked_asset_id, checked_job_id
from twin_lakehouse.records import Segment
from twin_lakehouse.rows import R, Record
from twin_lakehouse.schema import arrow_schema, table_spec

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_INCOMING = "incoming_rows"
# Nobody has checked these rows yet.
_PENDING_AGAIN = (
    "UPDATE lake.twins.twin_jobs SET sync_status = 'pending' "
    "WHERE twin_id = ? AND job_id = ? AND sync_status = 'synced'"
)


class LakeWriter(Protocol):
    """What a commit asks of the lake, inside a transaction."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """The time now, UTC."""

    def rows(self, record: type[R], where: str = "true", params: Sequence[object] = ()) -> list[R]:
        """The records that fulfil `where`."""

    def insert(self, *records: Record) -> None:
        """Adds records of one class."""

    def insert_table(self, table_name: str, rows: pa.Table) -> int:
        """Adds rows to `schema.table`; gives their number."""

    def execute(self, sql: str, params: Sequence[object] = ()) -> int:
        """Runs one statement that changes rows; gives their number."""


def commit_segment(lake: LakeWriter, segment: Segment, tables: Mapping[str, pa.Table], *, is_new: bool) -> int:
    """The work of Lake.commit_segment; runs in its transaction."""
    checked_asset_id(segment.asset_id)
    checked_job_id(segment.job_id)
    if not is_new and lake.rows(Segment, "segment_id = ? AND job_id = ?", [segment.segment_id, segment.job_id]):
        return 0
    added = sum(lake.insert_table(name, rows) for name, rows in tables.items())
    lake.insert(replace(segment, committed_at=lake.clock()))
    if added:
        lake.execute(_PENDING_AGAIN, [segment.asset_id, segment.job_id])
    return added


def insert_table(connection: duckdb.DuckDBPyConnection, table_name: str, rows: pa.Table) -> int:
    """Adds the rows (columns by name) to `schema.table`; gives their number. Raises SchemaError."""
    import duckdb

    _check_columns(table_name, rows)
    if not rows.num_rows:
        return 0
    columns = ", ".join(f'"{name}"' for name in rows.column_names)
    connection.register(_INCOMING, rows)
    try:
        connection.execute(f"INSERT INTO lake.{table_name} ({columns}) SELECT {columns} FROM {_INCOMING}")
    except (duckdb.ConversionException, duckdb.ConstraintException, duckdb.InvalidInputException) as error:
        raise SchemaError(
            table_name, str(error).splitlines()[0], remedy="correct the rows; nothing of this transaction was written"
        ) from error
    finally:
        connection.unregister(_INCOMING)
    return int(rows.num_rows)


def _check_columns(table_name: str, rows: pa.Table) -> None:
    known = table_spec(table_name).columns
    unknown = set(rows.column_names) - {column.name for column in known}
    if unknown:
        names = ", ".join(arrow_schema(table_name).names)
        raise SchemaError(table_name, f"there is no column {', '.join(sorted(unknown))}", remedy=f"it has {names}")
    missing = [c.name for c in known if not c.nullable and c.name not in rows.column_names]
    if missing:
        raise SchemaError(
            table_name, f"column {', '.join(missing)} is missing", remedy="give every column that can't be NULL"
        )
