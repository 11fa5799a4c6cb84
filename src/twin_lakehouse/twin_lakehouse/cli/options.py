"""What commands share: how they are described, their options, and the lake that these choose."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from twin_lakehouse.settings import CATALOG_VARIABLE, DEFAULT_CATALOG, DEFAULT_STORAGE, STORAGE_VARIABLE, LakeSettings

if TYPE_CHECKING:
    from twin_lakehouse.lake import Lake

    # argparse has no public name for what add_subparsers gives.
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001
else:
    Subparsers = object

Run = Callable[[argparse.Namespace], int]

ASSET_FIELDS = "asset_id asset_type display_name status created_at retired_at metadata"
SNAPSHOT_FIELDS = (
    "snapshot_id asset_id job_id timestamp source position_x|y|z orientation_qx|qy|qz|qw\n"
    "  linear_velocity angular_velocity reconciled cosmos_model predicted_from_snapshot_id"
)


def lake_options() -> argparse.ArgumentParser:
    """Parent parser with --catalog, --storage and --json."""
    parser = argparse.ArgumentParser(add_help=False)
    group = parser.add_argument_group("lake and output")
    group.add_argument("--catalog", metavar="URL", help=f"instead of {CATALOG_VARIABLE} (default {DEFAULT_CATALOG})")
    group.add_argument("--storage", metavar="URL", help=f"instead of {STORAGE_VARIABLE} (default {DEFAULT_STORAGE})")
    group.add_argument("--json", action="store_true", help="print JSON on stdout, for programs")
    return parser


def lake_settings(arguments: argparse.Namespace) -> LakeSettings:
    """The lake that options and environment choose. Raises SettingsError."""
    return LakeSettings.named(arguments.catalog, arguments.storage)


def opened_lake(
    arguments: argparse.Namespace, *, read_only: bool, may_create: bool = False, memory_mb: int | None = None
) -> Lake:
    """The lake of lake_settings, said on stderr; `memory_mb` (MiB) is for its queries. Raises TwinError."""
    from twin_lakehouse.lake import Lake

    settings = lake_settings(arguments)
    lake = Lake.open(settings, read_only=read_only, may_create=may_create, memory_mb=memory_mb)
    sys.stderr.write(f"lake {settings}\n")
    return lake


def add_command(
    subparsers: Subparsers, name: str, summary: str, *, example: str, fields: str, run: Run, notes: str = ""
) -> argparse.ArgumentParser:
    """A command with the shared options, an example in its help, and `run` to run it (gives the exit code)."""
    parser = subparsers.add_parser(
        name,
        parents=[lake_options()],
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"{notes}--json fields: {fields}\n\nexample:\n  {example}\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.set_defaults(run=run)
    return parser


def add_twin(parser: argparse.ArgumentParser) -> None:
    """Adds the positional TWIN."""
    parser.add_argument("twin", metavar="TWIN", help="the twin's id")
