"""`twin ingest`: a plug-in of the `twin` command. Imports are inside: `twin --help` must be quick."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from .core.ingest import IngestResult

_HELP = "bring a recording (rosbag2 or ROS 1) into the lake, as if it had been recorded live"
_EXAMPLE = """\
example:
  twin ingest path/to/bag --twin turtlebot-02 --job old-run
  twin query turtlebot-02 "SELECT timestamp, position_x, position_y FROM state_snapshots ORDER BY timestamp"

The topic table says what becomes of each topic; topics that it doesn't want are skipped, and said. The twin is
created if it isn't there. Ingesting a bag again adds nothing.

exit codes: 0 done, 1 the lake or the bag can't be used, 2 wrong arguments
"""


def register(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command."""
    from twin_lakehouse.cli.options import lake_options

    parser = subparsers.add_parser(
        "ingest",
        parents=[lake_options()],
        help=_HELP,
        description=_HELP,
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("bag", type=Path, help="rosbag2 folder, .db3 or .mcap file, or ROS 1 .bag file")
    parser.add_argument("--twin", required=True, metavar="ID", help="the twin that was recorded")
    parser.add_argument("--job", required=True, metavar="ID", help="the job that its rows belong to")
    parser.add_argument("--topics", type=Path, metavar="FILE", help="topic table (default: the recorder's)")
    parser.add_argument("--environment", default="ros.dev.gpu", help="where the job ran (default: %(default)s)")
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Ingest, and print what it did. Raises TwinError for what the twin command reports."""
    from twin_lakehouse import TwinError, checked_asset_id, checked_job_id
    from twin_lakehouse.cli.options import lake_settings
    from twin_lakehouse.jobs import checked_environment

    from .core.definitions import Definitions, default_prefixes
    from .core.errors import RecorderError
    from .core.ingest import ingest
    from .core.topics import load_topics
    from .share import default_topics_file

    try:
        lake = lake_settings(arguments)
        result = ingest(
            arguments.bag,
            asset_id=checked_asset_id(arguments.twin),
            job_id=checked_job_id(arguments.job),
            topics=load_topics(arguments.topics or default_topics_file()),
            lake=lake,
            definitions=Definitions(default_prefixes()),
            environment=checked_environment(arguments.environment),
        )
    except (RecorderError, TwinError) as error:
        sys.stderr.write(f"twin ingest: {error}\n")
        return 1
    sys.stderr.write(f"lake {lake}\n")
    sys.stdout.write(_as_json(result) if arguments.json else _as_text(result, arguments.twin, arguments.job))
    return 0


def _as_json(result: IngestResult) -> str:
    """{"messages", "rows", "segments", "replayed_segments", "skipped": [{"topic", "messages", "reason"}]}."""
    skipped = [{"topic": each.topic, "messages": each.messages, "reason": each.reason} for each in result.skipped]
    counts = {"messages": result.messages, "rows": result.rows, "segments": result.segments}
    return json.dumps({**counts, "replayed_segments": result.replayed_segments, "skipped": skipped}) + "\n"


def _as_text(result: IngestResult, twin: str, job: str) -> str:
    """What happened, for a person."""
    lines = [
        f"twin {twin}, job {job}: {result.messages} messages, {result.rows} new rows, {result.segments} segments"
        + (f" ({result.replayed_segments} were there already)" if result.replayed_segments else "")
    ]
    lines += [f"skipped {each.topic} ({each.messages} messages): {each.reason}" for each in result.skipped]
    return "\n".join(lines) + "\n"
