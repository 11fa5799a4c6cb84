"""`ros2 pkg prefix`."""

from __future__ import annotations

import argparse

from ros2cli.direct import show
from ros2cli.errors import Ros2CliError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    parser.add_argument("package_name", help="name of the package")
    parser.add_argument("--share", action="store_true", help="the share folder instead")


def main(args: argparse.Namespace) -> int:
    """Print where the package is installed."""
    from ament_index_python.packages import PackageNotFoundError, get_package_prefix, get_package_share_directory

    try:
        show(str((get_package_share_directory if args.share else get_package_prefix)(args.package_name)))
    except PackageNotFoundError as error:
        raise Ros2CliError(f"package '{args.package_name}' not found: see `ros2 pkg list` ({error})") from error
    return 0
