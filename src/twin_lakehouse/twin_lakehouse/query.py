"""SQL on a twin: one SELECT, on a connection that can't change anything or leave the lake."""

# ruff: noqa: S608  names in SQL come from records.py; values are parameters

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING

from twin_lakehouse._select import checked_select
from twin_lakehouse.errors import InvalidValueError, QueryLimitError
from twin_lakehouse.lake import Lake
from twin_lakehouse.schema import tables
from twin_lakehouse.table import TableSpec
from twin_lakehouse.twins import get_twin

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

DEFAULT_TIMEOUT_S = 60.0
DEFAULT_MEMORY_MB = 2048
WORKER = "twin-query"
"""The thread in which a query runs."""
_STOP_EVERY_S = 0.02
# DuckDB's own unit: no sooner can a result be found too large. Of rows of 100 kB, 16,384 took 26 s and 7 GB to build
# before anybody looked, these 10 s and 4.5 GB; a million narrow rows take 15 ms longer.
_BATCH_ROWS = 2048


def query_twin(
    lake: Lake,
    twin_id: str,
    sql: str,
    params: Mapping[str, object] | None = None,
    *,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    memory_mb: int = DEFAULT_MEMORY_MB,
) -> pa.Table:
    """Result of one SELECT about the twin, as an Arrow table (UUID and JSON as text, times UTC in µs).

    Bare table names (assets, urdf_assets, state_snapshots, sensor_readings, events, twin_jobs, annotations,
    ros_navigation_trials, object_detections, segments) hold this twin's rows only; lake.<schema>.<table> holds those of
    all twins. `getvariable('twin_id')` is the twin's id; `$name` in the text takes its value from `params`.
    The query may take `timeout_s` (s, > 0) and work in `memory_mb` (MiB, >= 64), and its result may have that size too;
    nothing is written to the disk. What one row's functions build (repeat, lpad) is counted when it is there.
    Raises UnknownTwinError, LakeAwayError, InvalidValueError, QueryLimitError, and QueryError for anything but one
    SELECT that DuckDB can run. An interrupt (Ctrl-C) ends the query at once.
    """
    if not 0 < timeout_s <= threading.TIMEOUT_MAX:
        raise InvalidValueError("timeout", timeout_s, allowed="seconds > 0")
    reader = lake.reader(memory_mb)
    get_twin(reader, twin_id)
    with reader.session() as session, reader.translated(sql):
        names = checked_select(session, sql)
        session.execute("SET VARIABLE twin_id = $twin_id", {"twin_id": twin_id})
        for statement in _view_statements(names):
            session.execute(statement)
        return _within(timeout_s, session, lambda: _result(session, sql, dict(params or {}), memory_mb), sql)


def _within(timeout_s: float, session: duckdb.DuckDBPyConnection, work: Callable[[], pa.Table], sql: str) -> pa.Table:
    """The result, if it comes in time; else the query is stopped."""
    answer: Future[pa.Table] = Future()
    # In a thread of its own: this one stays free to be interrupted.
    worker = threading.Thread(target=_answer, args=(answer, work), name=WORKER, daemon=True)
    try:
        worker.start()
        return answer.result(timeout_s)
    except TimeoutError:
        raise QueryLimitError(
            sql, f"it took longer than {timeout_s:g} s", remedy="ask for less, or give it more time (timeout)"
        ) from None
    finally:
        while worker.is_alive():
            # Again and again: one that comes before the query has begun is lost.
            if not answer.done():
                session.interrupt()
            worker.join(_STOP_EVERY_S)


def _answer(answer: Future[pa.Table], work: Callable[[], pa.Table]) -> None:
    try:
        answer.set_result(work())
    except BaseException as error:  # noqa: BLE001  whatever it is, it is raised where the answer is awaited
        answer.set_exception(error)


def _result(session: duckdb.DuckDBPyConnection, sql: str, params: dict[str, object], limit_mb: int) -> pa.Table:
    """The rows, batch after batch as DuckDB makes them, up to `limit_mb` (MiB)."""
    import pyarrow as pa

    too_much = QueryLimitError(
        sql,
        f"its result is larger than {limit_mb} MiB",
        remedy="ask for less (LIMIT), or raise the limit",
    )
    batches, size = [], 0
    try:
        with session.execute(sql, params).to_arrow_reader(_BATCH_ROWS) as reader:
            for batch in reader:
                batches.append(batch)
                size += batch.nbytes
                if size > limit_mb << 20:
                    raise too_much
            return pa.Table.from_batches(batches, reader.schema)
    except MemoryError:
        raise too_much from None
    except (OSError, pa.ArrowException) as error:
        raise _as_duckdb_error(error) from error


def _as_duckdb_error(error: Exception) -> duckdb.Error:
    """Of an error that comes in the midst of the rows Arrow keeps only DuckDB's text."""
    import duckdb

    text = str(error)
    kinds = {
        "Out of Memory Error": duckdb.OutOfMemoryException,
        "IO Error": duckdb.IOException,
        "HTTP Error": duckdb.HTTPException,
    }
    return next((kind for start, kind in kinds.items() if text.startswith(start)), duckdb.InvalidInputException)(text)


def _view_statements(names: set[str]) -> Iterator[str]:
    """Temporary views for those of `names` that are tables: they hide the tables. A view costs 3 ms, so no others."""
    for spec in tables():
        column = _twin_column(spec)
        if column and spec.table in names:
            yield (
                f"CREATE TEMP VIEW {spec.table} AS SELECT * FROM lake.{spec.name} "
                f"WHERE {column} = getvariable('twin_id')"
            )


def _twin_column(spec: TableSpec) -> str | None:
    return next((name for name in ("asset_id", "twin_id") if name in spec.column_names), None)
