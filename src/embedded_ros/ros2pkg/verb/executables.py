"""`ros2 pkg executables`."""

from __future__ import annotations

import argparse
from pathlib import Path

from ros2pkg.api import PackageNotFound, add_package_name, get_executable_paths, get_package_names
from ros2pkg.verb import VerbExtension


class ExecutablesVerb(VerbExtension):
    """Output a list of package specific executables."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        add_package_name(parser, nargs="?")
        parser.add_argument("--full-path", action="store_true", help="show the whole path")

    def main(self, *, args: argparse.Namespace) -> str | None:
        for package in sorted(get_package_names()) if args.package_name is None else [args.package_name]:
            try:
                paths = get_executable_paths(package_name=package)
            except PackageNotFound:
                return f"Package '{package}' not found"
            for path in sorted(paths):
                print(path if args.full_path else f"{package} {Path(path).name}")
        return None
