"""`ros2 pkg prefix`."""

from __future__ import annotations

import argparse

from ros2pkg.api import add_package_name
from ros2pkg.verb import VerbExtension


class PrefixVerb(VerbExtension):
    """Output the prefix path of a package."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_package_name(parser)
        parser.add_argument("--share", action="store_true", help="show the share folder instead")

    def main(self, *, args: argparse.Namespace) -> str | None:
        from ament_index_python.packages import PackageNotFoundError, get_package_prefix, get_package_share_directory

        try:
            print((get_package_share_directory if args.share else get_package_prefix)(args.package_name))
        except (PackageNotFoundError, ValueError):
            return "Package not found"
        return None
