"""Commands that look after the lake: compact, expire, migrate. All are safe while a recorder writes."""

from __future__ import annotations

import argparse
import sys

from twin_lakehouse.cli.options import Subparsers, add_command, lake_settings, opened_lake

_AGES = "Ages are a number and a unit: 90m, 12h, 30d, 8w.\n"


def add_compact(subparsers: Subparsers) -> None:
    """Adds `twin compact`."""
    parser = add_command(
        subparsers,
        "compact",
        "merge the small files that commits leave, of all tables and twins",
        example="twin compact",
        fields="files_before files_after merged removed",
        run=_run_compact,
        notes="Rows stay as they are; recorders and readers go on. Run it after a job, or every hour.\n" + _AGES,
    )
    parser.add_argument(
        "--keep-files",
        default="1d",
        metavar="AGE",
        help="keep merged files for the queries that still read them, in started days; 0s deletes them now [1d]",
    )


def _run_compact(arguments: argparse.Namespace) -> int:
    from twin_lakehouse.cli.parse import age
    from twin_lakehouse.cli.render import object_row, print_row
    from twin_lakehouse.compact import compact_lake

    keep_files = age("--keep-files", arguments.keep_files)
    with opened_lake(arguments, read_only=False) as lake:
        result = compact_lake(lake, keep_files=keep_files)
    print_row(object_row(result), as_json=arguments.json)
    return 0


def add_expire(subparsers: Subparsers) -> None:
    """Adds `twin expire`."""
    parser = add_command(
        subparsers,
        "expire",
        "forget what the lake was before, and delete the files that only that needed",
        example="twin expire --older-than 30d --recordings 180d --dry-run",
        fields="states files rows recordings recorded_bytes",
        run=_run_expire,
        notes="Without --rows and --recordings no row and no recording is deleted.\n" + _AGES,
    )
    parser.add_argument("--older-than", required=True, metavar="AGE", help="forget earlier states of the lake")
    parser.add_argument("--rows", metavar="AGE", help="also delete the rows of jobs that were completed longer ago")
    parser.add_argument("--recordings", metavar="AGE", help="also delete the recorded files (raw/) of such jobs")
    parser.add_argument("--twin", metavar="ID", help="rows and recordings of this twin only")
    parser.add_argument("--dry-run", action="store_true", help="only count what would be forgotten and deleted")


def _run_expire(arguments: argparse.Namespace) -> int:
    from twin_lakehouse.cli.parse import age
    from twin_lakehouse.cli.render import object_row, print_row
    from twin_lakehouse.expire import expire_lake

    older_than = age("--older-than", arguments.older_than)
    rows = None if arguments.rows is None else age("--rows", arguments.rows)
    recordings = None if arguments.recordings is None else age("--recordings", arguments.recordings)
    with opened_lake(arguments, read_only=False) as lake:
        result = expire_lake(
            lake,
            older_than=older_than,
            rows_older_than=rows,
            recordings_older_than=recordings,
            twin_id=arguments.twin,
            dry_run=arguments.dry_run,
        )
    print_row(object_row(result), as_json=arguments.json)
    return 0


def add_migrate(subparsers: Subparsers) -> None:
    """Adds `twin migrate`."""
    add_command(
        subparsers,
        "migrate",
        "bring a lake of an older version to this one's tables",
        example="twin migrate",
        fields="schema_version steps",
        run=_run_migrate,
        notes="All or nothing, in one transaction; a lake of this version is left alone.\n",
    )


def _run_migrate(arguments: argparse.Namespace) -> int:
    from twin_lakehouse.cli.render import object_row, print_row
    from twin_lakehouse.migrate import migrate_lake

    settings = lake_settings(arguments)
    result = migrate_lake(settings)
    sys.stderr.write(f"lake {settings}\n")
    print_row(object_row(result), as_json=arguments.json)
    return 0
