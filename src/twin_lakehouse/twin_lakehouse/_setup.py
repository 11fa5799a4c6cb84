"""Creates and checks the lake's tables: the same statements for a new lake and for one that is behind."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import uuid4

from twin_lakehouse.clock import utc_now
from twin_lakehouse.errors import LakeMismatchError, LakeVersionError
from twin_lakehouse.records import LakeInfo
from twin_lakehouse.schema import spec_of, tables
from twin_lakehouse.settings import LakeSettings
from twin_lakehouse.storage import Storage
from twin_lakehouse.table import TableSpec

if TYPE_CHECKING:
    import duckdb

SCHEMA_VERSION = 1
"""Goes up by one with each change of records.py; a lake that is behind gets what it lacks when it is next opened."""
MARKER = "lake.json"
"""In the storage's root: {"lake_id"}, which says whose data lies there."""


def ensure_tables(connection: duckdb.DuckDBPyConnection, storage: Storage) -> None:
    """Brings the lake to SCHEMA_VERSION in one transaction; does nothing where it is. Needs the writer lock."""
    if _version(connection) == SCHEMA_VERSION:
        return
    connection.execute("BEGIN")
    try:
        for spec in tables():
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS lake.{spec.schema}")
            _ensure_table(connection, spec)
        _write_info(connection, storage)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def check_lake(connection: duckdb.DuckDBPyConnection, settings: LakeSettings, storage: Storage) -> None:
    """Raises LakeVersionError where the lake is newer than this code, LakeMismatchError where the data is elsewhere."""
    if not _present_columns(connection, spec_of(LakeInfo)):
        return
    recorded = _recorded_data_path(connection)
    # Where they differ the lake was moved, or two lakes are mixed up: the marker beside the data tells.
    if recorded != settings.storage and not _is_data_of_lake(connection, storage):
        raise LakeMismatchError(settings.catalog_shown, settings.storage, recorded)
    version = _version(connection)
    if version is not None and version > SCHEMA_VERSION:
        raise LakeVersionError(settings.catalog_shown, version, SCHEMA_VERSION)


def _ensure_table(connection: duckdb.DuckDBPyConnection, spec: TableSpec) -> None:
    present = _present_columns(connection, spec)
    if not present:
        connection.execute(spec.create_ddl("lake"))
        if spec.partition_by:
            connection.execute(f"ALTER TABLE lake.{spec.name} SET PARTITIONED BY ({spec.partition_by})")
        return
    for column in spec.columns:
        # A column that came later has no value in older rows, whatever the record says.
        if column.name not in present:
            connection.execute(f'ALTER TABLE lake.{spec.name} ADD COLUMN "{column.name}" {column.sql_type}')


def _present_columns(connection: duckdb.DuckDBPyConnection, spec: TableSpec) -> set[str]:
    sql = "SELECT column_name FROM duckdb_columns() WHERE database_name = 'lake' AND schema_name = ? AND table_name = ?"
    return {str(name) for (name,) in connection.execute(sql, [spec.schema, spec.table]).fetchall()}


def _write_info(connection: duckdb.DuckDBPyConnection, storage: Storage) -> None:
    if connection.execute("SELECT lake_id FROM lake.recordings.lake").fetchone():
        connection.execute("UPDATE lake.recordings.lake SET schema_version = ?", [SCHEMA_VERSION])
        return
    lake_id = uuid4()
    storage.put_bytes(json.dumps({"lake_id": str(lake_id)}).encode(), MARKER)
    connection.execute("INSERT INTO lake.recordings.lake VALUES (?, ?, ?)", [lake_id, SCHEMA_VERSION, utc_now()])


def _version(connection: duckdb.DuckDBPyConnection) -> int | None:
    """The lake's schema version; None where these tables were never made."""
    if not _present_columns(connection, spec_of(LakeInfo)):
        return None
    row = connection.execute("SELECT schema_version FROM lake.recordings.lake").fetchone()
    return int(row[0]) if row else None


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
