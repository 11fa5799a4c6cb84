"""The rows of a job in the order of their arrival, part by part: a job has more of them than fit into memory."""

# ruff: noqa: S608  names in SQL come from records.py; values are parameters

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from twin_lakehouse.anomalies import Finding, Floats, Ints
from twin_lakehouse.lake import Lake
from twin_lakehouse.schema import spec_of

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK_ROWS = 1 << 19
"""Rows that are looked at together: 50 MB. Each part costs a scan of the job's row numbers."""
_BLOCK = 1 << 16
# Ids that are compared with each other at once.
_IDS = 1 << 21
_NO_NUMBER = -(2**63)
OF_JOB = "asset_id = $twin_id AND job_id = $job_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRows:
    """The rows of one table that a job had when the sync began: those up to row number `last` (-1: none)."""

    lake: Lake
    record: type
    twin_id: str
    job_id: str
    last: int

    @property
    def params(self) -> dict[str, object]:
        """Values of what `where` names."""
        return {"twin_id": self.twin_id, "job_id": self.job_id, "last": self.last}

    @property
    def table(self) -> str:
        """The table's full name."""
        return f"lake.{spec_of(self.record).name}"

    @property
    def where(self) -> str:
        """The condition for the rows, in SQL."""
        # rowid is DuckLake's number of a row in the order it was added; updates and merges of files keep it.
        return f"{OF_JOB} AND rowid <= $last"

    def select(self, columns: str, condition: str = "true", **params: object) -> pa.Table:
        """Those that fulfil a condition, as `row_id` and these columns, by row number."""
        sql = f"SELECT rowid AS row_id, {columns} FROM {self.table} WHERE {self.where} AND {condition} ORDER BY rowid"
        return self.lake.query(sql, {**self.params, **params})

    def chunks(self, columns: str) -> Iterator[pa.Table]:
        """All of them in parts, in the order of arrival."""
        for first, last in self.ranges():
            yield self.select(columns, "rowid BETWEEN $from_row AND $to_row", from_row=first, to_row=last)

    def ranges(self, condition: str = "true") -> Iterator[tuple[int, int]]:
        """Row numbers, first and last, of parts of about CHUNK_ROWS rows that fulfil a condition; numbers of other rows
        lie in between.
        """
        blocks = self.lake.query(
            f"SELECT rowid // {_BLOCK} AS block, count(*) AS rows FROM {self.table} WHERE {self.where} "
            f"AND {condition} GROUP BY ALL ORDER BY block",
            self.params,
        )
        first, rows, until = 0, 0, 0
        for block, count in zip(blocks["block"].to_pylist(), blocks["rows"].to_pylist(), strict=True):
            if rows and rows + count > CHUNK_ROWS:
                yield first * _BLOCK, until * _BLOCK - 1
                first, rows = block, 0
            rows, until = rows + count, block + 1
        if rows:
            yield first * _BLOCK, until * _BLOCK - 1


def job_rows(lake: Lake, record: type, twin_id: str, job_id: str) -> JobRows:
    """The rows that the job has now."""
    sql = f"SELECT coalesce(max(rowid), -1) AS last FROM lake.{spec_of(record).name} WHERE {OF_JOB}"
    last = lake.query(sql, {"twin_id": twin_id, "job_id": job_id})["last"][0].as_py()
    return JobRows(lake=lake, record=record, twin_id=twin_id, job_id=job_id, last=int(last))


def repeated_ids(rows: JobRows, count: int) -> Iterator[Finding]:
    """Rows whose id another one had before them, of about `count` rows."""
    key = spec_of(rows.record).key
    parts = count // _IDS + 1
    mine = f"{rows.where} AND hash({key}) % {parts} = $part"
    for part in range(parts):
        found = rows.lake.query(
            f"WITH twice AS (SELECT {key} FROM {rows.table} WHERE {mine} GROUP BY {key} HAVING count(*) > 1) "
            f"SELECT rowid AS row_id, epoch_us(timestamp) AS time_us FROM {rows.table} WHERE {mine} "
            f"AND {key} IN (FROM twice) QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY rowid) > 1",
            {**rows.params, "part": part},
        )
        if found.num_rows:
            yield finding("repeated_id", key, ints(found, "row_id"), ints(found, "time_us"))


def finding(
    kind: str,
    subject: str,
    row_ids: Ints,
    time_us: Ints,
    *,
    values: Floats | float = np.nan,
    limit: float = np.nan,
    unit: str = "",
) -> Finding:
    """Rows found wrong, all by one limit."""
    given = np.asarray(values, dtype=np.float64)
    return Finding(
        kind=kind,
        subject=subject,
        row_ids=row_ids,
        time_us=time_us,
        values=np.broadcast_to(given, row_ids.shape),
        limits=np.full(len(row_ids), limit),
        unit=unit,
    )


def ints(rows: pa.Table, column: str) -> Ints:
    """The column as int64; what has no number (the time `infinity`) as the least one."""
    return np.asarray(rows[column].cast("int64").fill_null(_NO_NUMBER).to_numpy(), dtype=np.int64)


def floats(rows: pa.Table, column: str) -> Floats:
    """The column as float64, NULL as NaN."""
    return np.asarray(rows[column].cast("float64").to_numpy(), dtype=np.float64)
