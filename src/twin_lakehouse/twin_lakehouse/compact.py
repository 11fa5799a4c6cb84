"""Merges the small Parquet files that commits leave, and deletes those that nobody needs any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from twin_lakehouse._lock import give_way
from twin_lakehouse.errors import InvalidValueError
from twin_lakehouse.lake import Lake
from twin_lakehouse.schema import tables
from twin_lakehouse.table import TableSpec

KEEP_FILES = timedelta(days=1)
"""Longer than any query runs: one that began before a merge still reads the files from before."""

# Files of this size and more are left alone: else each run would write a growing file anew.
_MERGE_BELOW_BYTES = 64 << 20
# Merged files a transaction: the recorder waits for its end, about a second.
_BATCH = 8
# Share of a file's rows that are deleted (sync replaces those that it reconciles) from which on it is written anew.
_REWRITE_FROM = 0.3
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactResult:
    """Parquet files of the lake's tables before and after; files merged into others; files deleted from the storage."""

    files_before: int
    files_after: int
    merged: int
    removed: int


def compact_lake(lake: Lake, *, keep_files: timedelta = KEEP_FILES) -> CompactResult:
    """Merges the small files of every table, partition by partition, and writes anew what is mostly deleted.

    No row, row id or earlier state of the lake changes; recorders and readers go on (writers get their turn between
    batches). Merged files are deleted once they have been superfluous for `keep_files` (>= 0; a started day counts as
    one) and no snapshot needs them. Raises InvalidValueError, LakeBusyError, LakeAwayError: what was merged stays so.
    """
    if keep_files < timedelta(0):
        raise InvalidValueError("keep_files", keep_files, allowed="0 or more")
    before = count_files(lake)
    merged = sum(_compact_table(lake, spec) for spec in tables())
    removed = remove_old_files(lake, keep_files)
    return CompactResult(files_before=before, files_after=count_files(lake), merged=merged, removed=removed)


def count_files(lake: Lake) -> int:
    """Parquet files with rows of the lake as it is now."""
    table = lake.query("SELECT coalesce(sum(file_count), 0)::BIGINT AS files FROM ducklake_table_info('lake')")
    return int(table["files"][0].as_py())


def remove_old_files(lake: Lake, keep_files: timedelta) -> int:
    """Deletes files that no snapshot needs and that have been superfluous for `keep_files`; gives their number."""
    if not keep_files:
        return lake.run(lambda: _called(lake, "ducklake_cleanup_old_files('lake', cleanup_all => true)"))
    # In an SQLite catalog DuckLake compares these times as texts of two formats, so that only their days count.
    limit = f"TIMESTAMPTZ '{lake.clock() - keep_files - _DAY:%Y-%m-%d %H:%M:%S}+00'"
    return lake.run(lambda: _called(lake, f"ducklake_cleanup_old_files('lake', older_than => {limit})"))


def _compact_table(lake: Lake, spec: TableSpec) -> int:
    """Batch after batch, until nothing is left to merge; gives the number of files that were merged."""
    rewrite = _call("rewrite_data_files", spec, f"delete_threshold => {_REWRITE_FROM}")
    merge = _call(
        "merge_adjacent_files", spec, f"max_compacted_files => {_BATCH}, max_file_size => {_MERGE_BELOW_BYTES}"
    )
    merged = lake.run(lambda: _files_processed(lake, rewrite))
    while batch := lake.run(lambda: _files_processed(lake, merge)):
        merged += batch
        if batch >= _BATCH:
            give_way()
    return merged


def _call(function: str, spec: TableSpec, options: str) -> str:
    return f"ducklake_{function}('lake', '{spec.table}', schema => '{spec.schema}', {options})"


def _files_processed(lake: Lake, call: str) -> int:
    return sum(lake.query(f"FROM {call}")["files_processed"].to_pylist())


def _called(lake: Lake, call: str) -> int:
    """Rows that a function gives."""
    return int(lake.query(f"FROM {call}").num_rows)
