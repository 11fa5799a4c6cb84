"""The Parquet files that a lake's catalog names, and those that it doesn't."""

# ruff: noqa: S608  names in SQL are from this file

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from twin_lakehouse import Lake, LakeSettings, expire_lake
from twin_lakehouse.clock import utc_now
from twin_lakehouse.errors import MissingFileError
from twin_lakehouse.schema import tables

_META: Final = "__ducklake_metadata_lake"
# Also those that only earlier states of the lake need. What was staged was mapped by names.
_NAMED: Final = f"""
SELECT DISTINCT sch.path || tab.path || file.path AS key, file.rows, is_staged FROM (
    SELECT table_id, path, record_count AS rows, mapping_id IS NOT NULL AS is_staged FROM {_META}.ducklake_data_file
    UNION ALL SELECT table_id, path, delete_count, false FROM {_META}.ducklake_delete_file
) AS file JOIN {_META}.ducklake_table AS tab USING (table_id) JOIN {_META}.ducklake_schema AS sch USING (schema_id)
"""
_UNNAMED: Final = "FROM ducklake_delete_orphaned_files('lake', dry_run => true, cleanup_all => true)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """staged: named and written by Lake.stage; missing: named, and not there or not whole, or rows not as before;
    unnamed: of nobody, and not deleted.
    """

    staged: int
    missing: int
    unnamed: int


def check_files(settings: LakeSettings) -> Files:
    """Read every file, and again after `twin expire` of two days later has deleted all that nobody needs."""
    with Lake.open(settings, clock=lambda: utc_now() + timedelta(days=2)) as lake:
        named = lake.query(_NAMED).to_pylist()
        missing = _missing(lake, named)
        before = _rows(lake) if not missing else {}
        expire_lake(lake, older_than=timedelta(0))
        missing += _missing(lake, lake.query(_NAMED).to_pylist())
        if not missing:
            missing = sum(rows != before[name] for name, rows in _rows(lake).items())
        unnamed = lake.query(_UNNAMED).num_rows
    return Files(staged=sum(each["is_staged"] for each in named), missing=missing, unnamed=unnamed)


def _missing(lake: Lake, named: list[dict[str, object]]) -> int:
    return sum(_rows_of(lake, str(each["key"])) != each["rows"] for each in named)


def _rows_of(lake: Lake, key: str) -> int | None:
    """How many rows a file has, all of them read; None where it isn't there or can't be read."""
    try:
        return int(pq.read_table(lake.storage.fetch(key), partitioning=None).num_rows)
    except (MissingFileError, pa.ArrowException, OSError):
        return None


def _rows(lake: Lake) -> Mapping[str, tuple[int, int]]:
    """Of each table, how many rows, and a digest of all values."""
    sql = "SELECT count(*) AS rows, bit_xor(hash(each)) AS digest FROM lake.{} AS each"
    found = {spec.name: lake.query(sql.format(spec.name)).to_pylist()[0] for spec in tables()}
    return {name: (each["rows"], each["digest"]) for name, each in found.items()}
