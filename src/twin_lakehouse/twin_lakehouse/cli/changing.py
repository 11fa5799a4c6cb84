"""Commands that change a twin: create, annotate, retire, sync."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING

from twin_lakehouse.cli.options import ASSET_FIELDS, Subparsers, add_command, add_twin, opened_lake

if TYPE_CHECKING:
    from twin_lakehouse.sync import SyncResult


def add_create(subparsers: Subparsers) -> None:
    """Adds `twin create`."""
    parser = add_command(
        subparsers,
        "create",
        "create a twin, with its model if it has one",
        example="twin create turtlebot-01 --urdf urdf/turtlebot3_waffle.urdf --limit linear_velocity=0.26",
        fields=ASSET_FIELDS,
        run=_run_create,
    )
    parser.add_argument("twin", metavar="TWIN", help="its id: 1 to 64 letters, digits, '.', '_', '-'")
    parser.add_argument("--type", default="robot", metavar="TYPE", help="robot, drone, sensor_node or custom [robot]")
    parser.add_argument("--name", help="how it is shown [the id]")
    parser.add_argument("--urdf", metavar="FILE", help="its model: .urdf, .xacro, .sdf or .obj; copied to the storage")
    parser.add_argument("--model-version", default="1.0.0", metavar="X.Y.Z", help="version of the model [1.0.0]")
    parser.add_argument("--metadata", default="{}", metavar="JSON", help="a JSON object kept with the twin")
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a limit that sync checks: linear_velocity (m/s), angular_velocity (rad/s), ...; may be repeated",
    )
    parser.add_argument("--exist-ok", action="store_true", help="keep a twin that is there, add a model it lacks")


def _run_create(arguments: argparse.Namespace) -> int:
    from twin_lakehouse.cli.parse import metadata_with_limits
    from twin_lakehouse.cli.render import print_row, record_row
    from twin_lakehouse.twins import create_twin

    metadata = metadata_with_limits(arguments.metadata, arguments.limit)
    with opened_lake(arguments, read_only=False, may_create=True) as lake:
        asset = create_twin(
            lake,
            arguments.twin,
            arguments.type,
            arguments.urdf,
            display_name=arguments.name,
            metadata=metadata,
            urdf_version=arguments.model_version,
            exist_ok=arguments.exist_ok,
        )
    print_row(record_row(asset), as_json=arguments.json)
    return 0


def add_annotate(subparsers: Subparsers) -> None:
    """Adds `twin annotate`."""
    parser = add_command(
        subparsers,
        "annotate",
        "add a remark to a twin or to one of its snapshots",
        example='twin annotate turtlebot-01 "left wheel slips" --type review --author pm',
        fields="annotation_id asset_id snapshot_id author annotation_type content created_at",
        run=_run_annotate,
    )
    add_twin(parser)
    parser.add_argument("content", metavar="TEXT", help="text or JSON")
    parser.add_argument("--type", default="note", metavar="TYPE", help="label, anomaly_flag, note or review [note]")
    parser.add_argument("--author", default="twin", help="who says so [twin]")
    parser.add_argument("--snapshot", metavar="UUID", help="the snapshot it is about")


def _run_annotate(arguments: argparse.Namespace) -> int:
    from twin_lakehouse.annotations import annotate_twin
    from twin_lakehouse.cli.parse import uuid_of
    from twin_lakehouse.cli.render import print_row, record_row

    snapshot = None if arguments.snapshot is None else uuid_of("--snapshot", arguments.snapshot)
    with opened_lake(arguments, read_only=False) as lake:
        annotation = annotate_twin(
            lake,
            arguments.twin,
            arguments.content,
            annotation_type=arguments.type,
            author=arguments.author,
            snapshot_id=snapshot,
        )
    print_row(record_row(annotation), as_json=arguments.json)
    return 0


def add_retire(subparsers: Subparsers) -> None:
    """Adds `twin retire`."""
    parser = add_command(
        subparsers,
        "retire",
        "mark a twin retired; its history stays",
        example='twin retire turtlebot-01 --reason "sold"',
        fields=ASSET_FIELDS,
        run=_run_retire,
    )
    add_twin(parser)
    parser.add_argument("--reason", default="", help="kept in the twin.retired event")


def _run_retire(arguments: argparse.Namespace) -> int:
    from twin_lakehouse.cli.render import print_row, record_row
    from twin_lakehouse.twins import retire_twin

    with opened_lake(arguments, read_only=False) as lake:
        asset = retire_twin(lake, arguments.twin, reason=arguments.reason)
    print_row(record_row(asset), as_json=arguments.json)
    return 0


def add_sync(subparsers: Subparsers) -> None:
    """Adds `twin sync`."""
    parser = add_command(
        subparsers,
        "sync",
        "check a job's rows and recording, mark what passed, log what didn't",
        example="twin sync turtlebot-01 --job demo-1 --strict",
        fields="twin_id job_id sync_status snapshots readings reconciled anomalies kinds {KIND: count} withdrawn\n"
        "  new_events new_reconciled clock limits {NAME: {value, from}} bag {files, absent, is_partial}\n"
        "  wandb {run_id, source} or {problem}, notes",
        run=_run_sync,
        notes="Anomalies are what sync is there to find: it ends with 0 all the same, unless --strict is given.\n",
    )
    add_twin(parser)
    parser.add_argument("--job", required=True, metavar="ID", help="the job")
    parser.add_argument("--wandb-run", metavar="RUN", help="link this W&B run: its id, or entity/project/id")
    parser.add_argument("--wandb-dir", metavar="DIR", help="where offline W&B runs are [$WANDB_DIR, or here]")
    parser.add_argument("--strict", action="store_true", help="exit code 1 where there are anomalies")


def _run_sync(arguments: argparse.Namespace) -> int:
    from twin_lakehouse.cli.render import object_row, print_fields, print_json
    from twin_lakehouse.sync import sync_twin

    with opened_lake(arguments, read_only=False) as lake:
        result = sync_twin(
            lake, arguments.twin, arguments.job, wandb_run=arguments.wandb_run, wandb_dir=arguments.wandb_dir
        )
    if arguments.json:
        print_json(object_row(result))
    else:
        print_fields(_sync_lines(result))
    return 1 if arguments.strict and result.anomalies else 0


def _sync_lines(result: SyncResult) -> dict[str, object]:
    """A result for people: a line a count, a kind, and where each kind of limit comes from."""
    numbers = ("sync_status", "snapshots", "readings", "reconciled", "new_reconciled", "new_events", "anomalies")
    lines: dict[str, object] = {name: getattr(result, name) for name in numbers}
    lines |= {f"  {kind}": count for kind, count in result.kinds.items()}
    if result.withdrawn:
        lines["withdrawn"] = f"{result.withdrawn} anomalies of earlier syncs are none any more"
    if result.clock == "simulated":
        lines["clock"] = "simulated: silences are judged by the stamps"
    origins = sorted({str(limit["from"]) for limit in result.limits.values()})
    for origin in origins:
        values = {name: limit["value"] for name, limit in result.limits.items() if limit["from"] == origin}
        lines[f"limits ({origin})"] = ", ".join(f"{name} {_limit(value)}" for name, value in values.items())
    lines["bag"] = _bag_line(result.bag)
    lines["wandb"] = result.wandb.get("problem") or f"run {result.wandb['run_id']} from {result.wandb['source']}"
    return lines | ({"notes": "; ".join(result.notes)} if result.notes else {})


def _limit(value: object) -> str:
    return f"{value:g}" if isinstance(value, (int, float)) else "none"


def _bag_line(bag: Mapping[str, object]) -> str:
    newest = "the newest " if bag["is_partial"] else ""
    absent = f", {bag['absent']} of them not in the storage" if bag["absent"] else ""
    return f"{newest}{bag['files']} files looked at{absent}"
