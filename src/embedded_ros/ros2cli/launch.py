"""`ros2 launch`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import Ros2CliError

if TYPE_CHECKING:
    from launch import LaunchDescription
    from launch.actions import DeclareLaunchArgument


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    parser.usage = "%(prog)s [options] (package launch_file | path) [name:=value ...]"
    parser.epilog = "example: ros2 launch launch/maze.launch.py world:=warehouse"
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
        "-p", "--print", "--print-description", action="store_true", help="print the description, don't run it"
    )
    instead.add_argument(
        "-s", "--show-args", "--show-arguments", action="store_true", help="print the arguments, don't run it"
    )
    parser.add_argument(
        "-a", "--show-all-subprocesses-output", action="store_true", help="show all output of all processes"
    )
    parser.add_argument("--launch-prefix", help="command before all executables, e.g. 'gdb -ex run --args'")
    parser.add_argument("--launch-prefix-filter", help="pattern: executables for which --launch-prefix counts")
    parser.add_argument("package_name", help="package that has the launch file, or the file's path")
    parser.add_argument("launch_file_name", nargs="?", help="name of the launch file, if a package is given")
    parser.add_argument("launch_arguments", nargs="*", help="name:=value; the last one of a name counts")


def main(args: argparse.Namespace) -> int:
    """Run the launch file; gives launch's exit code."""
    words = [word for word in (args.launch_file_name, *args.launch_arguments) if word is not None]
    if Path(args.package_name).is_file():
        path = Path(args.package_name)
    elif not words or ":=" in words[0]:
        raise Ros2CliError(f"'{args.package_name}' is no file; for a launch file in a package, name the file as well")
    else:
        path = launch_file_in_package(args.package_name, words.pop(0))
    if args.launch_prefix_filter is not None and args.launch_prefix is None:
        raise Ros2CliError("--launch-prefix-filter says where --launch-prefix counts: give that as well")
    for name in ("launch-prefix", "launch-prefix-filter"):
        value = getattr(args, name.replace("-", "_"))
        words += [] if value is None else [f"{name}:={value}"]
    if args.show_all_subprocesses_output:
        os.environ["OVERRIDE_LAUNCH_PROCESS_OUTPUT"] = "both"
    if args.print or args.show_args:
        return _show(path, is_arguments=args.show_args)
    return _launch(path, words, noninteractive=args.noninteractive, debug=args.debug)


def launch_file_in_package(package: str, file_name: str) -> Path:
    """The one file of that name below the package's share folder; Ros2CliError if there is none, or more."""
    from ament_index_python.packages import PackageNotFoundError, get_package_share_directory

    try:
        share = Path(get_package_share_directory(package))
    except PackageNotFoundError as error:
        raise Ros2CliError(
            f"package '{package}' not found, and no file has that path: source install/setup.bash ({error})"
        ) from error
    found = sorted(share.rglob(file_name))
    if len(found) == 1:
        return found[0]
    if found:
        raise Ros2CliError(f"more than one '{file_name}' below {share}: give a path: {', '.join(map(str, found))}")
    there = ", ".join(sorted(path.name for path in share.rglob("*launch.*"))) or "none"
    raise Ros2CliError(f"no launch file '{file_name}' below {share}: it has {there}")


def parse_launch_arguments(words: Sequence[str]) -> list[tuple[str, str]]:
    """Names and values out of name:=value, the last one of a name; Ros2CliError for anything else."""
    parsed: dict[str, str] = {}
    for word in words:
        name, separator, value = word.partition(":=")
        if not separator or not name or not value:
            raise Ros2CliError(f"malformed launch argument '{word}', expected format '<name>:=<value>'")
        parsed[name] = value
    return list(parsed.items())


def _show(path: Path, *, is_arguments: bool) -> int:
    from launch import LaunchIntrospector
    from launch.launch_description_sources import get_launch_description_from_any_launch_file

    description = get_launch_description_from_any_launch_file(str(path))
    print(_arguments_text(description) if is_arguments else LaunchIntrospector().format_launch_description(description))
    return 0


def _arguments_text(description: LaunchDescription) -> str:
    arguments = description.get_launch_arguments()
    lines = ["Arguments (pass arguments as '<name>:=<value>'):"]
    for argument in arguments:
        lines += ["", *_argument_lines(argument)]
    if not arguments:
        lines += ["", "  No arguments."]
    elif any(argument._conditionally_included for argument in arguments):
        lines += ["", "* argument(s) which are only used if specific conditions occur"]
    return "\n".join(lines)


def _argument_lines(argument: DeclareLaunchArgument) -> list[str]:
    lines = [
        f"    '{argument.name}':{'*' if argument._conditionally_included else ''}",
        f"        {argument.description}",
    ]
    if argument.default_value is not None:
        lines.append(f"        (default: {' + '.join(token.describe() for token in argument.default_value)})")
    return lines


def _launch(path: Path, words: Sequence[str], *, noninteractive: bool, debug: bool) -> int:
    from launch import LaunchDescription, LaunchService
    from launch.actions import IncludeLaunchDescription
    from launch.launch_description_sources import AnyLaunchDescriptionSource

    arguments = parse_launch_arguments(words)
    service = LaunchService(argv=words, noninteractive=noninteractive, debug=debug)
    include = IncludeLaunchDescription(AnyLaunchDescriptionSource(str(path)), launch_arguments=arguments)
    service.include_launch_description(LaunchDescription([include]))
    return service.run()
