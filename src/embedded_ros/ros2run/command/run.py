"""`ros2 run`."""

from __future__ import annotations

import argparse
import shlex

from ros2cli.command import CommandExtension
from ros2cli.helpers import complete_with
from ros2pkg.api import PackageNotFound, add_package_name
from ros2run.api import ExecutableNameCompleter, MultipleExecutables, get_executable_path, run_executable


class RunCommand(CommandExtension):
    """Run a package specific executable."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        parser.add_argument("--prefix", help="command before the executable, e.g. --prefix 'gdb -ex run --args'")
        add_package_name(parser)
        action = parser.add_argument("executable_name", help="name of the executable")
        complete_with(action, ExecutableNameCompleter(package_name_key="package_name"))
        parser.add_argument("argv", nargs=argparse.REMAINDER, help="arguments of the executable")

    def main(self, *, parser: argparse.ArgumentParser, args: argparse.Namespace) -> str:
        try:
            path = get_executable_path(package_name=args.package_name, executable_name=args.executable_name)
        except PackageNotFound:
            return f"Package '{args.package_name}' not found"
        except MultipleExecutables as error:
            return "\n- ".join(["Multiple executables found:", *error.paths])
        if path is None:
            return "No executable found"
        return run_executable(path=path, argv=args.argv, prefix=shlex.split(args.prefix or ""))
