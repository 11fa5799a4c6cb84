"""Creates, checks and migrates the lake's tables: the same statements for a new lake and for one that is behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from twin_lakehouse._layout import COMPRESSION, COMPRESSION_LEVEL, ROW_GROUP_SIZE
from twin_lakehouse._transaction import Committing, all_or_nothing
from twin_lakehouse.clock import utc_now
from twin_lakehouse.errors import LakeMismatchError, LakeVersionError, OccupiedStorageError
from twin_lakehouse.records import LakeInfo
from twin_lakehouse.schema import spec_of, tables
from twin_lakehouse.settings import LakeSettings
from twin_lakehouse.storage import Storage
from twin_lakehouse.table import TableSpec

if TYPE_CHECKING:
    import duckdb

SCHEMA_VERSION = 3
"""Goes up by one with each change of records.py or of what `set_layout` sets, and `MIGRATIONS` gets a step."""
MARKER = "lake.json"
"""In the storage's root: {"lake_id"}, which says whose data lies there."""


_LAYOUT = {
    "parquet_row_group_size": ROW_GROUP_SIZE,
    "parquet_compression": COMPRESSION,
    "parquet_compression_level": COMPRESSION_LEVEL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """The step to `version`, from the one before: what it changes beyond new tables and columns, which come by
    themselves. `apply` runs in the migration's transaction.
    """

    version: int
    summary: str
    apply: Callable[[duckdb.DuckDBPyConnection], None]


def set_layout(connection: duckdb.DuckDBPyConnection) -> None:
    """Says how new Parquet files are written; files that are there stay as they are, until they are merged."""
    for name, value in _LAYOUT.items():
        connection.execute(f"CALL lake.set_option('{name}', '{value}')")


MIGRATIONS = (
    Migration(version=2, summary="new files have small row groups and zstd compression", apply=set_layout),
    Migration(version=3, summary="jobs have metadata, and new files zstd's level 1", apply=set_layout),
)


def ensure_tables(
    connection: duckdb.DuckDBPyConnection, storage: Storage, committing: Committing, *, are_there: bool
) -> None:
    """Makes the tables of a new lake in one transaction, unless they are there. Needs the writer lock.

    Raises OccupiedStorageError where the storage holds the data of another lake: to this one it would be waste.
    """
    is_marked = storage.exists(MARKER)
    if not are_there:
        if is_marked:
            raise OccupiedStorageError(storage.root, MARKER)
        with all_or_nothing(connection, committing):
            _ensure_all(connection)
            set_layout(connection)
            connection.execute(
                "INSERT INTO lake.recordings.lake VALUES (?, ?, ?)", [uuid4(), SCHEMA_VERSION, utc_now()]
            )
    if not is_marked:
        # After the commit: a marker without its lake would refuse every later one. Who died in between marks it now.
        _mark(connection, storage)


def migrate_tables(
    connection: duckdb.DuckDBPyConnection, migrations: Sequence[Migration], committing: Committing, *, found: int
) -> list[Migration]:
    """Takes the steps that a lake of version `found` lacks, in one transaction; gives them. Needs the writer lock."""
    steps = [step for step in migrations if step.version > found]
    if steps:
        with all_or_nothing(connection, committing):
            _ensure_all(connection)
            for step in steps:
                step.apply(connection)
            connection.execute("UPDATE lake.recordings.lake SET schema_version = ?", [steps[-1].version])
    return steps


def checked_version(
    connection: duckdb.DuckDBPyConnection, settings: LakeSettings, storage: Storage, *, oldest: int = SCHEMA_VERSION
) -> int | None:
    """The lake's schema version; None where its tables were never made.

    Raises LakeMismatchError where the data is elsewhere, LakeVersionError where the lake is newer than this code, or
    older than `oldest` and must be migrated first.
    """
    if not _present_columns(connection, spec_of(LakeInfo)):
        return None
    recorded = _recorded_data_path(connection)
    # Where they differ the lake was moved, or two lakes are mixed up: the marker beside the data tells.
    if recorded != settings.storage and not _is_data_of_lake(connection, storage):
        raise LakeMismatchError(settings.catalog_shown, settings.storage, recorded)
    row = connection.execute("SELECT schema_version FROM lake.recordings.lake").fetchone()
    if row is None:
        return None
    version = int(row[0])
    if not oldest <= version <= SCHEMA_VERSION:
        raise LakeVersionError(settings.catalog_shown, version, SCHEMA_VERSION)
    return version


def _ensure_all(connection: duckdb.DuckDBPyConnection) -> None:
    for spec in tables():
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS lake.{spec.schema}")
        _ensure_table(connection, spec)


def _ensure_table(connection: duckdb.DuckDBPyConnection, spec: TableSpec) -> None:
    present = _present_columns(connection, spec)
    if not present:
        connection.execute(spec.create_ddl("lake"))
        if spec.partition_by:
            connection.execute(f"ALTER TABLE lake.{spec.name} SET PARTITIONED BY ({spec.partition_by})")
        return
    for column in spec.columns:
        if column.name not in present:
            connection.execute(f"ALTER TABLE lake.{spec.name} ADD COLUMN {column.added_ddl}")


def _present_columns(connection: duckdb.DuckDBPyConnection, spec: TableSpec) -> set[str]:
    sql = "SELECT column_name FROM duckdb_columns() WHERE database_name = 'lake' AND schema_name = ? AND table_name = ?"
    return {str(name) for (name,) in connection.execute(sql, [spec.schema, spec.table]).fetchall()}


def _mark(connection: duckdb.DuckDBPyConnection, storage: Storage) -> None:
    """Say beside the data which lake's it is."""
    row = connection.execute("SELECT lake_id FROM lake.recordings.lake").fetchone()
    if row:
        storage.put_bytes(json.dumps({"lake_id": str(row[0])}).encode(), MARKER)


def _is_data_of_lake(connection: duckdb.DuckDBPyConnection, storage: Storage) -> bool:
    import duckdb

    if not storage.exists(MARKER):
        return False
    try:
        row = connection.execute("SELECT lake_id FROM lake.recordings.lake").fetchone()
    except duckdb.IOException:
        return False  # even this row's file isn't there
    return row is not None and json.loads(storage.fetch(MARKER).read_text()).get("lake_id") == str(row[0])


def _recorded_data_path(connection: duckdb.DuckDBPyConnection) -> str:
    sql = "SELECT value FROM __ducklake_metadata_lake.ducklake_metadata WHERE key = 'data_path'"
    row = connection.execute(sql).fetchone()
    return str(row[0]).rstrip("/") if row else ""
