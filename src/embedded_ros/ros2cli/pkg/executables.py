"""`ros2 pkg executables`."""

from __future__ import annotations

import argparse

from ros2cli.direct import show
from ros2cli.run import executables


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    parser.add_argument("package_name", nargs="?", help="name of the package (default: all packages)")
    parser.add_argument("--full-path", action="store_true", help="show the whole path")


def main(args: argparse.Namespace) -> int:
    """List the executables that `ros2 run` can run."""
    from ament_index_python.packages import get_packages_with_prefixes

    for package in [args.package_name] if args.package_name else sorted(get_packages_with_prefixes()):
        for path in executables(package):
            show(str(path) if args.full_path else f"{package} {path.name}")
    return 0
