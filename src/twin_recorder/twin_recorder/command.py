"""`twin ingest`: a plug-in of the `twin` command. Imports are inside: `twin --help` must be quick."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

    from twin_lakehouse import LakeSettings

    from .core.bags import Advance
    from .core.definitions import Definitions
    from .core.ingest import IngestConfig, IngestResult, Plan
    from .core.pose import PoseRule

_T = TypeVar("_T")
_HELP = "bring recordings (rosbag2 or ROS 1) into the lake, as if they had been recorded live"
_NOTES = """\
The topic table says what becomes of each topic; topics that it doesn't want are skipped, and said. The twin is
created if it isn't there. All bags are read and checked before the first row is written. An ingest that was stopped or
killed goes on where it was when the same command runs again; ingesting a bag again adds nothing.

exit codes: 0 done, 1 the lake or a bag can't be used, 2 wrong arguments, 130 interrupted

"""
_EXAMPLE = """\
twin ingest path/to/bag --twin turtlebot-02 --job old-run --dry-run
  twin ingest path/to/bag --twin turtlebot-02 --job old-run
  twin query turtlebot-02 "SELECT timestamp, position_x, position_y FROM state_snapshots ORDER BY timestamp"\
"""
_FIELDS = """\
bag messages rows segments replayed_segments damage skipped [{topic messages reason}], a line a bag;
  with --dry-run bag messages damage topics [{topic type messages becomes}]\
"""


def register(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add the sub-command."""
    from twin_lakehouse.cli.options import add_command

    parser = add_command(subparsers, "ingest", _HELP, example=_EXAMPLE, fields=_FIELDS, run=run, notes=_NOTES)
    parser.add_argument(
        "bags", type=Path, nargs="+", metavar="FILE", help="rosbag2 folder, .db3 or .mcap file (also .zstd), ROS 1 .bag"
    )
    parser.add_argument("--twin", required=True, metavar="ID", help="the twin that was recorded")
    parser.add_argument("--job", required=True, metavar="ID", help="the job that its rows belong to")
    parser.add_argument("--topics", type=Path, metavar="FILE", help="topic table (default: the recorder's)")
    parser.add_argument("--environment", default="ros.dev.gpu", help="where the job ran (default: %(default)s)")
    parser.add_argument(
        "--pose-rule", default="auto", metavar="RULE", help="auto, tf, odom or amcl_pose (default: auto)"
    )
    parser.add_argument("--map-frame", default="map", metavar="FRAME", help="the world (default: %(default)s)")
    parser.add_argument(
        "--base-frame", default="base_footprint", metavar="FRAME", help="the robot (default: %(default)s)"
    )
    parser.add_argument("--partial", action="store_true", help="use a damaged MCAP file up to the damage")
    parser.add_argument(
        "--overlap", action="store_true", help="also where the job has the same topics of the same time from elsewhere"
    )
    parser.add_argument("--dry-run", action="store_true", help="only read and check, and say what would become what")


def run(arguments: Namespace) -> int:
    """Ingest, and print what it did. Raises TwinError for what the twin command reports."""
    from twin_lakehouse import TwinError
    from twin_lakehouse.cli.options import lake_settings

    from .core.definitions import Definitions, default_prefixes
    from .core.errors import RecorderError, UsageError

    try:
        lake = lake_settings(arguments)
        config = _config(arguments)
        definitions = Definitions(default_prefixes())
        if arguments.dry_run or len(arguments.bags) > 1:  # one bad bag must not leave half of a call behind
            _plan(arguments, config, definitions)
        if not arguments.dry_run:
            _ingest(arguments, config, definitions, lake)
    except (RecorderError, TwinError) as error:
        sys.stderr.write(f"twin ingest: {error}\n")
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        sys.stderr.write("twin ingest: interrupted; the same command goes on where this one was\n")
        return 130
    return 0


def _config(arguments: Namespace) -> IngestConfig:
    """What the arguments ask for, checked. Raises UsageError."""
    from twin_lakehouse import checked_asset_id, checked_job_id
    from twin_lakehouse.jobs import checked_environment

    from .core.ingest import IngestConfig
    from .core.topics import load_topics
    from .share import default_topics_file

    topics_file = arguments.topics or default_topics_file()
    return IngestConfig(
        asset_id=_checked("--twin", partial(checked_asset_id, arguments.twin)),
        job_id=_checked("--job", partial(checked_job_id, arguments.job)),
        topics=_checked("--topics", partial(load_topics, topics_file, named_by="--topics")),
        pose=_pose(arguments),
        environment=_checked("--environment", partial(checked_environment, arguments.environment)),
        partial=arguments.partial,
        overlap=arguments.overlap,
    )


def _pose(arguments: Namespace) -> PoseRule:
    """Where poses come from. Raises UsageError."""
    from .core.pose import PoseRule

    pose = PoseRule()
    for option, change in (
        ("--pose-rule", {"rule": arguments.pose_rule}),
        ("--map-frame", {"map_frame": arguments.map_frame}),
        ("--base-frame", {"base_frame": arguments.base_frame}),
    ):
        pose = _checked(option, partial(replace, pose, **change))
    return pose


def _checked(option: str, value: Callable[[], _T]) -> _T:
    """What an option's value stands for. Raises UsageError, which names the option."""
    from twin_lakehouse.errors import InvalidValueError

    from .core.errors import ConfigError, UsageError

    try:
        return value()
    except InvalidValueError as error:
        raise UsageError(option, f"{error.value!r} is not valid; {error.remedy}") from error
    except ConfigError as error:
        raise UsageError(option, f"can't be used: {error}") from error


def _plan(arguments: Namespace, config: IngestConfig, definitions: Definitions) -> None:
    """Read and check all bags; with --dry-run, print what would become of them."""
    from .core.ingest import plan

    for path in arguments.bags:
        with _progress(path, reads=1) as advance:
            planned = plan(path, config, definitions, advance)
        if arguments.dry_run:
            (_print_plan_json if arguments.json else _print_plan)(path, planned, config)


def _ingest(arguments: Namespace, config: IngestConfig, definitions: Definitions, lake: LakeSettings) -> None:
    """Ingest all bags, in order."""
    from .core.ingest import ingest
    from .interrupt import interrupt_noticed

    for path in arguments.bags:
        with _progress(path, reads=2) as advance, interrupt_noticed() as check:
            # Between two blocks: an ingest has threads, which import what they need when they need it.
            told = partial(_advanced, check, advance)
            result = ingest(path, config, lake=lake, definitions=definitions, advance=told)
        (_print_json if arguments.json else _print)(path, result, config)
    sys.stderr.write(f"lake {lake}\n")


def _advanced(check: Callable[[], None], advance: Advance, read_bytes: int) -> None:
    """Goes on, unless somebody wants it to end."""
    check()
    advance(read_bytes)


@contextmanager
def _progress(path: Path, reads: int) -> Iterator[Advance]:
    """A bag's bar."""
    from .core.bags import size_of
    from .progress import progress

    with progress() as bar:
        task = bar.add_task(path.name, total=reads * size_of(path) if path.exists() else None)
        yield partial(bar.advance, task)


def _print_json(path: Path, result: IngestResult, _: IngestConfig) -> None:
    from twin_lakehouse.cli.render import object_row, print_json_line

    print_json_line({"bag": str(path), **object_row(result), "skipped": [object_row(each) for each in result.skipped]})


def _print(path: Path, result: IngestResult, config: IngestConfig) -> None:
    """What happened, for a person."""
    lines = [
        f"twin {config.asset_id}, job {config.job_id}, bag {path.name}: {result.messages} messages,"
        f" {result.rows} new rows, {result.segments} segments"
        + (f" ({result.replayed_segments} were there already)" if result.replayed_segments else "")
    ]
    lines += [f"skipped {each.topic} ({each.messages} messages): {each.reason}" for each in result.skipped]
    lines += [f"the rest is lost: {result.damage}"] if result.damage else []
    sys.stdout.write("\n".join(lines) + "\n")


def _becomes(planned: Plan, config: IngestConfig) -> list[dict[str, object]]:
    """Topic, type, messages, and what becomes of them."""
    reasons = {each.topic: each.reason for each in planned.skipped}
    rows: list[dict[str, object]] = []
    for topic in planned.topics:
        spec = config.topics.spec(topic.name, topic.type_name)
        tables = " ".join(kind.table for kind in spec.becomes) if spec else ""
        fate = f"skipped: {reasons[topic.name]}" if topic.name in reasons else tables or "raw"
        rows.append({"topic": topic.name, "type": topic.type_name, "messages": topic.message_count, "becomes": fate})
    return rows


def _print_plan_json(path: Path, planned: Plan, config: IngestConfig) -> None:
    from twin_lakehouse.cli.render import print_json_line

    topics = _becomes(planned, config)
    print_json_line({"bag": str(path), "messages": planned.messages, "damage": planned.damage, "topics": topics})


def _print_plan(path: Path, planned: Plan, config: IngestConfig) -> None:
    """A line a topic."""
    from twin_lakehouse.cli.render import print_table

    seconds = (planned.span_ns[1] - planned.span_ns[0]) / 1e9
    sys.stdout.write(f"bag {path.name}: {planned.messages} messages to ingest, {seconds:.1f} s\n")
    print_table(_becomes(planned, config), ["topic", "type", "messages", "becomes"])
    if planned.damage:
        sys.stdout.write(f"the rest is lost: {planned.damage}\n")
