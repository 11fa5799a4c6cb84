"""`ros2 launch`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ros2cli.command import CommandExtension
from ros2cli.errors import Ros2CliError
from ros2cli.helpers import complete_with
from ros2launch.api import (
    LaunchFileNameCompleter,
    MultipleLaunchFilesError,
    get_share_file_path_from_package,
    is_launch_file,
    launch_a_launch_file,
    print_a_launch_file,
    print_arguments_of_launch_file,
)
from ros2pkg.api import package_name_completer


class LaunchCommand(CommandExtension):
    """Run a launch file."""

    def add_arguments(self, parser: argparse.ArgumentParser, cli_name: str) -> None:
        _add_options(parser)
        action = parser.add_argument("package_name", help="package that has the launch file, or the file's path")
        complete_with(action, _package_or_path_completer)
        action = parser.add_argument("launch_file_name", nargs="?", help="its name, where a package is given")
        complete_with(action, LaunchFileNameCompleter())
        parser.add_argument("launch_arguments", nargs="*", help="<name>:=<value>; the last one of a name counts")

    def main(self, *, parser: argparse.ArgumentParser, args: argparse.Namespace) -> int:
        if args.launch_prefix is None and args.launch_prefix_filter is not None:
            raise Ros2CliError("--launch-prefix must be specified if --launch-prefix-filter is provided")
        path, words = _launch_file(args)
        if args.show_all_subprocesses_output:
            os.environ["OVERRIDE_LAUNCH_PROCESS_OUTPUT"] = "both"
        if args.print:
            print_a_launch_file(launch_file_path=path)
            return 0
        if args.show_args:
            print_arguments_of_launch_file(launch_file_path=path)
            return 0
        return launch_a_launch_file(
            launch_file_path=path,
            launch_file_arguments=words,
            noninteractive=args.noninteractive,
            args=args,
            debug=args.debug,
        )


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-n",
        "--noninteractive",
        action="store_true",
        default=not sys.stdin.isatty(),
        help="no terminal passes Ctrl-C on to the processes (default without a terminal)",
    )
    parser.add_argument("-d", "--debug", action="store_true", help="log what launch does")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument(
        "-p", "--print", "--print-description", action="store_true", help="show the description, don't run it"
    )
    instead.add_argument(
        "-s", "--show-args", "--show-arguments", action="store_true", help="show the arguments, don't run it"
    )
    parser.add_argument(
        "-a", "--show-all-subprocesses-output", action="store_true", help="show all output of all processes"
    )
    parser.add_argument("--launch-prefix", help="command before all executables, e.g. 'gdb -ex run --args'")
    parser.add_argument("--launch-prefix-filter", help="pattern: executables for which --launch-prefix counts")


def _launch_file(args: argparse.Namespace) -> tuple[str, Sequence[str]]:
    """Its path, and the launch arguments."""
    from ament_index_python.packages import PackageNotFoundError

    package, name = args.package_name, args.launch_file_name
    if Path(package).is_file():  # then what looks like the file's name is the first argument
        return package, [*([] if name is None else [name]), *args.launch_arguments]
    if name is None:
        raise Ros2CliError(f"'{package}' is no file; for a launch file in a package, name the file as well")
    try:
        return get_share_file_path_from_package(package_name=package, file_name=name), args.launch_arguments
    except (PackageNotFoundError, ValueError) as error:
        raise Ros2CliError(f"Package '{package}' not found: {error}") from error
    except (FileNotFoundError, MultipleLaunchFilesError) as error:
        raise Ros2CliError(str(error)) from error


def _package_or_path_completer(prefix: str, **kwargs: Any) -> list[str]:
    from argcomplete.completers import FilesCompleter

    paths: list[str] = FilesCompleter()(prefix=prefix, **kwargs)
    return [*package_name_completer(), *(path for path in paths if Path(path).is_dir() or is_launch_file(path))]
