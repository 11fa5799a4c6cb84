"""Commands that read: list, state, query, events, report."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from twin_lakehouse.cli.options import ASSET_FIELDS, SNAPSHOT_FIELDS, Subparsers, add_command, add_twin, opened_lake

if TYPE_CHECKING:
    import pyarrow as pa


_OWN_BYTES = 1 << 30


def add_list(subparsers: Subparsers) -> None:
    """Adds `twin list`."""
    parser = add_command(
        subparsers, "list", "list the twins", example="twin list --status active", fields=ASSET_FIELDS, run=_run_list
    )
    parser.add_argument("--status", metavar="STATUS", help="only those active or retired")


def _run_list(arguments: argparse.Namespace) -> int:
    from twin_lakehouse.twins import list_twins

    with opened_lake(arguments, read_only=True) as lake:
        twins = list_twins(lake, status=arguments.status)
    _print_records(arguments, twins, ["asset_id", "asset_type", "display_name", "status", "created_at", "retired_at"])
    return 0


def add_state(subparsers: Subparsers) -> None:
    """Adds `twin state`."""
    parser = add_command(
        subparsers,
        "state",
        "show where a twin is, or was",
        example="twin state turtlebot-01 --at 2026-03-01T12:00:00Z",
        fields=f"at, asset {{{ASSET_FIELDS}}}, snapshot null or {{{SNAPSHOT_FIELDS}}},\n"
        "  interpolated_to null or the id of the snapshot after",
        run=_run_state,
    )
    add_twin(parser)
    parser.add_argument("--at", metavar="TIME", help="ISO 8601, UTC where it has no zone [the newest state]")
    parser.add_argument("--interpolate", action="store_true", help="the state between the snapshots around --at")
    parser.add_argument("--max-gap", type=float, default=1.0, metavar="S", help="not between any further apart [1.0]")


def _run_state(arguments: argparse.Namespace) -> int:
    from twin_lakehouse.cli.render import print_fields, print_json, record_row
    from twin_lakehouse.clock import parse_time
    from twin_lakehouse.errors import InvalidValueError
    from twin_lakehouse.state import get_twin_state

    instant = None if arguments.at is None else parse_time(arguments.at)
    if arguments.interpolate and instant is None:
        raise InvalidValueError("--interpolate", "without --at", allowed="it with --at TIME")
    with opened_lake(arguments, read_only=True) as lake:
        state = get_twin_state(
            lake, arguments.twin, instant, interpolate=arguments.interpolate, max_gap_s=arguments.max_gap
        )
    asset = record_row(state.asset)
    snapshot = None if state.snapshot is None else record_row(state.snapshot)
    if arguments.json:
        after = None if state.interpolated_to is None else state.interpolated_to.snapshot_id
        print_json({"at": state.at, "asset": asset, "snapshot": snapshot, "interpolated_to": after})
    else:
        shown = {name: asset[name] for name in ("asset_id", "asset_type", "display_name", "status")}
        print_fields({**shown, **(snapshot or {"snapshot": "none observed by then"})})
    return 0


def add_query(subparsers: Subparsers) -> None:
    """Adds `twin query`."""
    parser = add_command(
        subparsers,
        "query",
        "run one SELECT on a twin's rows",
        example='twin query turtlebot-01 "SELECT timestamp, position_x, position_y FROM state_snapshots '
        'ORDER BY timestamp"',
        fields="the columns of the query; with --out rows file",
        run=_run_query,
        notes="tables, with this twin's rows: assets urdf_assets state_snapshots sensor_readings events twin_jobs\n"
        "  annotations ros_navigation_trials object_detections segments; DESCRIBE TABLE lists the columns.\n"
        "  lake.twins.TABLE, lake.event_log.TABLE, lake.recordings.segments: those of all twins.\n"
        "  getvariable('twin_id') is the twin's id, $NAME a parameter.\n",
    )
    add_twin(parser)
    parser.add_argument("sql", metavar="SQL", help="one SELECT")
    parser.add_argument("--param", action="append", default=[], metavar="NAME=VALUE", help="value for $NAME in SQL")
    parser.add_argument("--timeout", type=float, default=60.0, metavar="S", help="stop the query after so long [60]")
    parser.add_argument("--memory", type=int, default=2048, metavar="MIB", help="memory that it may work in [2048]")
    parser.add_argument("--csv", action="store_true", help="print CSV on stdout")
    parser.add_argument("--out", metavar="FILE", help="write the rows to FILE, .parquet or .arrow, and print its name")


def _run_query(arguments: argparse.Namespace) -> int:
    from twin_lakehouse.cli.parse import pairs
    from twin_lakehouse.errors import QueryLimitError
    from twin_lakehouse.query import query_twin

    with _bounded_memory(arguments.memory):
        with opened_lake(arguments, read_only=True, memory_mb=arguments.memory) as lake:
            result = query_twin(
                lake,
                arguments.twin,
                arguments.sql,
                pairs("--param", arguments.param),
                timeout_s=arguments.timeout,
                memory_mb=arguments.memory,
            )
        try:
            (_print_rows if arguments.out is None else _write_rows)(arguments, result)
        except MemoryError:
            problem = f"its {result.num_rows} rows can't be shown in the memory there is"
            remedy = "ask for less (LIMIT), raise --memory, or write them to a file (--out)"
            raise QueryLimitError(arguments.sql, problem, remedy=remedy) from None
    return 0


@contextmanager
def _bounded_memory(memory_mb: int) -> Iterator[None]:
    """Lets this process have three times the memory of a query (it, its result, and that as text) and some of its own.

    DuckDB's own limit doesn't know what a function builds in one row: repeat('x', 4e9) needs 8 GB.
    """
    import resource
    from pathlib import Path

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5])
    limit = pages * resource.getpagesize() + (3 * memory_mb << 20) + _OWN_BYTES
    before, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (before, hard))


def _write_rows(arguments: argparse.Namespace, result: pa.Table) -> None:
    from pathlib import Path

    from twin_lakehouse.cli.render import distinct, print_row
    from twin_lakehouse.frames import write_rows

    write_rows(result.rename_columns(distinct(result.column_names)), Path(arguments.out))
    print_row({"rows": result.num_rows, "file": arguments.out}, as_json=arguments.json)


def _print_rows(arguments: argparse.Namespace, result: pa.Table) -> None:
    from twin_lakehouse.cli.render import distinct, print_csv, print_json, print_table
    from twin_lakehouse.errors import QueryError

    names = distinct(result.column_names)
    try:
        rows = result.rename_columns(names).to_pylist()
    except OverflowError as error:
        raise QueryError(
            arguments.sql, f"it gives a time that can't be shown ({error})", remedy="cast that column to VARCHAR"
        ) from error
    if arguments.json:
        print_json(rows)
    else:
        (print_csv if arguments.csv else print_table)(rows, names)


def add_events(subparsers: Subparsers) -> None:
    """Adds `twin events`."""
    parser = add_command(
        subparsers,
        "events",
        "list a twin's events, oldest first",
        example="twin events turtlebot-01 --job demo-1 --type 'nav.*'",
        fields="event_id asset_id job_id event_type timestamp actor payload",
        run=_run_events,
    )
    add_twin(parser)
    parser.add_argument("--job", metavar="ID", help="only those of this job")
    parser.add_argument("--type", metavar="TYPE", help="only this type; 'nav.*' for all that start with nav.")
    parser.add_argument("--since", metavar="TIME", help="only those at or after this time (ISO 8601)")
    parser.add_argument("--limit", type=int, default=1000, metavar="N", help="at most so many [1000]")
    parser.add_argument("--offset", type=int, default=0, metavar="N", help="leave out the first N [0]")


def _run_events(arguments: argparse.Namespace) -> int:
    from twin_lakehouse.clock import parse_time
    from twin_lakehouse.events import twin_events

    since = None if arguments.since is None else parse_time(arguments.since)
    with opened_lake(arguments, read_only=True) as lake:
        events = twin_events(
            lake,
            arguments.twin,
            job_id=arguments.job,
            event_type=arguments.type,
            since=since,
            limit=arguments.limit,
            offset=arguments.offset,
        )
    _print_records(arguments, events, ["timestamp", "event_type", "job_id", "actor", "payload"])
    return 0


def add_report(subparsers: Subparsers) -> None:
    """Adds `twin report`."""
    parser = add_command(
        subparsers,
        "report",
        "write a report of a job: report.html and trajectory.png",
        example="twin report turtlebot-01 --job demo-1 --out out/demo-1",
        fields="report (the path of report.html)",
        run=_run_report,
    )
    add_twin(parser)
    parser.add_argument("--job", required=True, metavar="ID", help="the job")
    parser.add_argument("--out", metavar="DIR", help="where it is written [out/JOB]")


def _run_report(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from twin_lakehouse.cli.render import print_row
    from twin_lakehouse.ids import checked_job_id
    from twin_lakehouse.report import build_report

    folder = Path(arguments.out or f"out/{checked_job_id(arguments.job)}")
    with opened_lake(arguments, read_only=True) as lake:
        report = build_report(lake, arguments.twin, arguments.job, folder)
    print_row({"report": str(report)}, as_json=arguments.json)
    return 0


def _print_records(arguments: argparse.Namespace, records: Sequence[object], columns: Sequence[str]) -> None:
    from twin_lakehouse.cli.render import print_json, print_table, record_row

    rows = [record_row(record) for record in records]
    if arguments.json:
        print_json(rows)
    else:
        print_table(rows, columns)
