"""Makes `reconciled` say which snapshots passed, part by part: no recorder waits for all the rows of a long job."""

# ruff: noqa: S608  names in SQL come from records.py; values are parameters

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from twin_lakehouse._lock import give_way
from twin_lakehouse.anomalies import Ints
from twin_lakehouse.arrival import JobRows

_WRONG = "wrong_rows"
_IS_WRONG = f"rowid IN (SELECT row_id FROM {_WRONG})"
_PASSES, _FAILS = f"NOT reconciled AND NOT ({_IS_WRONG})", f"reconciled AND {_IS_WRONG}"


def mark_in_advance(rows: JobRows, wrong_rows: Ints) -> int:
    """Marks all but the last part (CHUNK_ROWS) of the rows whose mark changes, each in a transaction of its own.

    What a job without many rows needs is left to mark_rest. Gives the number of rows that it newly marks.
    """
    with _knowing(rows, wrong_rows):
        parts = list(rows.ranges(f"(({_PASSES}) OR ({_FAILS}))"))
    marked = 0
    for first, last in parts[:-1]:
        marked += rows.lake.run(lambda first=first, last=last: _mark(rows, wrong_rows, first, last))  # type: ignore[misc]
        give_way()
    return marked


def mark_rest(rows: JobRows, wrong_rows: Ints) -> int:
    """Marks what isn't marked yet, inside a transaction; gives the number of rows that it newly marks."""
    return _mark(rows, wrong_rows, 0, rows.last)


def _mark(rows: JobRows, wrong_rows: Ints, first: int, last: int) -> int:
    params = {**rows.params, "first_row": first, "last_row": last}
    mine = f"{rows.where} AND rowid BETWEEN $first_row AND $last_row"
    with _knowing(rows, wrong_rows):
        # Only rows that change: a second run must not write a file.
        counted = rows.lake.query(
            f"SELECT count(*) FILTER ({_PASSES}) AS passed, count(*) FILTER ({_FAILS}) AS revoked "
            f"FROM {rows.table} WHERE {mine}",
            params,
        ).to_pylist()[0]
        if counted["revoked"]:
            rows.lake.execute(f"UPDATE {rows.table} SET reconciled = false WHERE {mine} AND {_FAILS}", params)
        if counted["passed"]:
            rows.lake.execute(f"UPDATE {rows.table} SET reconciled = true WHERE {mine} AND {_PASSES}", params)
    return int(counted["passed"])


@contextmanager
def _knowing(rows: JobRows, wrong_rows: Ints) -> Iterator[None]:
    import pyarrow as pa

    with rows.lake.lent(_WRONG, pa.table({"row_id": wrong_rows})):
        yield
