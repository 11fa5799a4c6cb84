"""SQL on a twin: one SELECT, on a connection that can't change anything or leave the lake."""

# ruff: noqa: S608  names in SQL come from records.py; values are parameters

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from twin_lakehouse.errors import InvalidValueError, QueryError, QueryLimitError
from twin_lakehouse.lake import Lake
from twin_lakehouse.schema import tables
from twin_lakehouse.table import TableSpec
from twin_lakehouse.twins import get_twin

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest", "json_each", "json_tree", "repeat"})
"""What FROM may call; others read files or databases, or run SQL from a string."""


DEFAULT_TIMEOUT_S = 60.0
DEFAULT_MEMORY_MB = 2048
WORKER = "twin-query"
"""The thread in which a query runs."""
_STOP_EVERY_S = 0.02


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
    The query may take `timeout_s` (s, > 0) and work in `memory_mb` (MiB, >= 64); its result comes on top of that, and
    nothing is written to the disk.
    Raises UnknownTwinError, LakeAwayError, InvalidValueError, QueryLimitError, and QueryError for anything but one
    SELECT that DuckDB can run. An interrupt (Ctrl-C) ends the query at once.
    """
    if not 0 < timeout_s <= threading.TIMEOUT_MAX:
        raise InvalidValueError("timeout", timeout_s, allowed="seconds > 0")
    reader = lake.reader(memory_mb)
    get_twin(reader, twin_id)
    with reader.session() as session, reader.translated(sql):
        names = _check(session, sql)
        session.execute("SET VARIABLE twin_id = $twin_id", {"twin_id": twin_id})
        for statement in _view_statements(names):
            session.execute(statement)
        return _within(timeout_s, session, sql, dict(params or {}))


def _within(timeout_s: float, session: duckdb.DuckDBPyConnection, sql: str, params: dict[str, object]) -> pa.Table:
    """The result, if it comes in time; else the query is stopped."""
    answer: Future[pa.Table] = Future()
    # In a thread of its own: this one stays free to be interrupted.
    worker = threading.Thread(target=_answer, args=(answer, session, sql, params), name=WORKER, daemon=True)
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


def _answer(answer: Future[pa.Table], session: duckdb.DuckDBPyConnection, sql: str, params: dict[str, object]) -> None:
    try:
        answer.set_result(session.execute(sql, params).to_arrow_table())
    except BaseException as error:  # noqa: BLE001  whatever it is, it is raised where the answer is awaited
        answer.set_exception(error)


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


def _check(session: duckdb.DuckDBPyConnection, sql: str) -> set[str]:
    """Names of the tables in `sql`. Raises QueryError unless it is one SELECT that calls only TABLE_FUNCTIONS."""
    row = session.execute("SELECT json_serialize_sql($sql)", {"sql": sql}).fetchone()
    parsed = json.loads(row[0]) if row else {}
    if parsed.get("error"):
        # Of what DuckDB can parse, it serializes SELECT alone.
        is_other = parsed.get("error_type") == "not implemented"
        problem = "it isn't a SELECT" if is_other else " ".join(str(parsed.get("error_message")).split())
        raise QueryError(sql, problem, remedy="write one SELECT; a twin is changed by its operations, not by SQL")
    if len(parsed["statements"]) != 1:
        raise QueryError(sql, f"it has {len(parsed['statements'])} statements", remedy="write exactly one SELECT")
    nodes = list(_nodes(parsed))
    for function in [str(node["function"]["function_name"]).lower() for node in nodes if _is(node, "TABLE_FUNCTION")]:
        _refuse_unless(function in TABLE_FUNCTIONS, sql, f"{function}()")
    names = {str(node["table_name"]).lower() for node in nodes if _is(node, "BASE_TABLE")}
    for name in names:
        # e.g. duckdb_databases, whose rows hold the catalog's password
        _refuse_unless(not name.startswith(("duckdb_", "pragma_", "sqlite_")), sql, name)
    return names


def _refuse_unless(is_allowed: bool, sql: str, what: str) -> None:
    if not is_allowed:
        functions = ", ".join(sorted(TABLE_FUNCTIONS))
        raise QueryError(
            sql, f"{what} is not allowed here", remedy=f"read the lake's tables; FROM may call {functions}"
        )


def _nodes(node: object) -> Iterator[dict[str, Any]]:
    """Every object in a serialized statement."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from _nodes(value)
    elif isinstance(node, list):
        for value in node:
            yield from _nodes(value)


def _is(node: dict[str, Any], kind: str) -> bool:
    return node.get("type") == kind
