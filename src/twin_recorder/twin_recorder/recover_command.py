"""`twin recover`: a plug-in of the `twin` command. Imports are inside: `twin --help` must be quick."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Sequence

    from .core.recover import Leftover, Recovered

_HELP = "bring what a dead recorder left in its spool into the lake"
_NOTES = """\
A spool may have been copied from another machine. Segments are committed oldest first, each once: those that the lake
has add nothing. A file that can't be read is kept as *.rejected. Recovering again is harmless.

exit codes: 0 done, 1 something could not be brought into the lake, 2 wrong arguments

"""
_EXAMPLE = """\
twin recover --dry-run
  twin recover --spool /media/robot/lake/spool --twin turtlebot-01\
"""
_FIELDS = """\
segments messages rows replayed_segments rejected foreign; with --dry-run a list of
  {path segment_id asset_id job_id lake_id messages size_bytes started_at ended_at}\
"""


def register(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command."""
    from twin_lakehouse.cli.options import add_command

    parser = add_command(subparsers, "recover", _HELP, example=_EXAMPLE, fields=_FIELDS, run=run, notes=_NOTES)
    parser.add_argument(
        "--spool", type=Path, default=Path("lake/spool"), metavar="DIR", help="the recorder's spool [%(default)s]"
    )
    parser.add_argument("--twin", metavar="ID", help="only this twin's segments (default: all that lie there)")
    parser.add_argument("--any-lake", action="store_true", help="also segments that were recorded for another lake")
    parser.add_argument("--dry-run", action="store_true", help="list the segments, change nothing")


def run(arguments: Namespace) -> int:
    """Recover, and print what it did."""
    from twin_lakehouse import TwinError

    from .core.errors import RecorderError
    from .core.recover import find_spools

    try:
        spools = find_spools(arguments.spool, arguments.twin)
        return _listed(arguments, spools) if arguments.dry_run else _recovered(arguments, spools)
    except (RecorderError, TwinError) as error:
        sys.stderr.write(f"twin recover: {error}\n")
        return 1


def _listed(arguments: Namespace, spools: Sequence[Path]) -> int:
    """--dry-run: the segments, and the files that can't be read."""
    from twin_lakehouse.cli.render import print_json, print_table

    from .core.recover import survey

    surveys = [survey(spool) for spool in spools]
    rows = [_row(leftover) for found, _ in surveys for leftover in found]
    if arguments.json:
        print_json(rows)
    elif rows:
        print_table(rows, ["asset_id", "job_id", "started_at", "ended_at", "messages", "size_bytes", "path"])
    else:
        sys.stdout.write(f"no segment waits in {arguments.spool}\n")
    for _, unreadable in surveys:
        _tell_rejected(unreadable)
    return 0


def _recovered(arguments: Namespace, spools: Sequence[Path]) -> int:
    """Commit all of it; 1 where something stays."""
    from twin_lakehouse.cli.options import lake_settings
    from twin_lakehouse.cli.render import object_row, print_json

    from .core.recover import Recovered, recover

    lake = lake_settings(arguments)
    total = Recovered()
    for spool in spools:
        with _progress() as report:
            total += recover(spool, lake, takes_foreign=arguments.any_lake, report=report)
    sys.stderr.write(f"lake {lake}\n")
    if arguments.json:
        row = object_row(total)
        row["replayed_segments"] = row.pop("replayed")
        print_json({**row, "rejected": [str(path) for path in total.rejected]})
    else:
        sys.stdout.write(_as_text(total))
    _tell_rejected(total.rejected)
    for sentence in total.foreign:
        sys.stderr.write(f"twin recover: {sentence}\n")
    return int(bool(total.rejected or total.foreign))


@contextmanager
def _progress() -> Iterator[Callable[[Path, int, int], None]]:
    """A spool's bar: which segment is on its way."""
    from .progress import progress

    with progress() as bar:
        task = bar.add_task("", total=None)
        yield lambda path, number, count: bar.update(task, description=path.name, completed=number - 1, total=count)


def _as_text(total: Recovered) -> str:
    """What happened, for a person."""
    there = f" ({total.replayed} were there already)" if total.replayed else ""
    return f"{total.segments} segments{there}, {total.messages} messages, {total.rows} new rows\n"


def _row(leftover: Leftover) -> dict[str, object]:
    """A segment as a row of a table."""
    return {
        "path": str(leftover.path),
        "segment_id": leftover.segment_id,
        "asset_id": leftover.asset_id,
        "job_id": leftover.job_id,
        "lake_id": leftover.lake_id,
        "messages": leftover.messages,
        "size_bytes": leftover.size_bytes,
        "started_at": _time(leftover.first_ns),
        "ended_at": _time(leftover.last_ns),
    }


def _time(log_ns: int) -> datetime:
    """UTC, as the lake has it."""
    return datetime.fromtimestamp(log_ns / 1e9, tz=UTC).replace(tzinfo=None)


def _tell_rejected(paths: Sequence[Path]) -> None:
    for path in paths:
        sys.stderr.write(f"twin recover: {path} can't be read as a segment; it is kept for you to look at\n")
