"""Commands that change a twin: create, annotate, retire, sync."""

from __future__ import annotations

import argparse

from twin_lakehouse.cli.options import ASSET_FIELDS, Subparsers, add_command, add_twin, opened_lake


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
    from twin_lakehouse.cli.render import print_fields, print_json, record_row
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
    (print_json if arguments.json else print_fields)(record_row(asset))
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
    from twin_lakehouse.cli.render import print_fields, print_json, record_row

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
    (print_json if arguments.json else print_fields)(record_row(annotation))
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
    from twin_lakehouse.cli.render import print_fields, print_json, record_row
    from twin_lakehouse.twins import retire_twin

    with opened_lake(arguments, read_only=False) as lake:
        asset = retire_twin(lake, arguments.twin, reason=arguments.reason)
    (print_json if arguments.json else print_fields)(record_row(asset))
    return 0


def add_sync(subparsers: Subparsers) -> None:
    """Adds `twin sync`."""
    parser = add_command(
        subparsers,
        "sync",
        "check a job's rows, mark what passed, log what didn't",
        example="twin sync turtlebot-01 --job demo-1",
        fields="twin_id job_id snapshots readings reconciled anomalies new_events new_reconciled",
        run=_run_sync,
    )
    add_twin(parser)
    parser.add_argument("--job", required=True, metavar="ID", help="the job")


def _run_sync(arguments: argparse.Namespace) -> int:
    from twin_lakehouse.cli.render import object_row, print_fields, print_json
    from twin_lakehouse.sync import sync_twin

    with opened_lake(arguments, read_only=False) as lake:
        result = sync_twin(lake, arguments.twin, arguments.job)
    (print_json if arguments.json else print_fields)(object_row(result))
    return 0
