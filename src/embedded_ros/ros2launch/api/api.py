"""Launch files: found, shown and run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ros2cli.errors import Ros2CliError

if TYPE_CHECKING:
    from launch import LaunchDescription
    from launch.actions import DeclareLaunchArgument


class MultipleLaunchFilesError(Exception):
    """A package has several launch files of one name."""

    def __init__(self, msg: str, paths: Sequence[str]) -> None:
        super().__init__(msg)
        self.paths = paths


def get_share_file_path_from_package(*, package_name: str, file_name: str) -> str:
    """The one file of that name below the package's share folder.

    Raises PackageNotFoundError, FileNotFoundError, MultipleLaunchFilesError.
    """
    from ament_index_python.packages import get_package_share_directory

    share = get_package_share_directory(package_name)
    found = sorted(str(path) for path in Path(share).rglob("*") if path.name == file_name)
    where = f"in the share directory of package '{package_name}'"
    if not found:
        raise FileNotFoundError(f"file '{file_name}' was not found {where} which is at '{share}'")
    if len(found) > 1:
        paths = ", ".join(f"'{path}'" for path in found)
        raise MultipleLaunchFilesError(f"file '{file_name}' was found more than once {where}: [{paths}]", found)
    return found[0]


def get_launch_file_paths(*, path: str) -> list[str]:
    """All launch files below a folder."""
    return sorted(str(found) for found in Path(path).rglob("*") if is_launch_file(str(found)))


def is_launch_file(path: str) -> bool:
    """Whether a file is there, and ends as launch files do."""
    from launch.frontend import Parser

    return path.endswith(("launch.py", *Parser.get_file_extensions_from_parsers())) and Path(path).is_file()


def print_a_launch_file(*, launch_file_path: str) -> None:
    """Show what it describes."""
    from launch import LaunchIntrospector
    from launch.launch_description_sources import get_launch_description_from_any_launch_file

    description = get_launch_description_from_any_launch_file(launch_file_path)
    print(LaunchIntrospector().format_launch_description(description))


def print_arguments_of_launch_file(*, launch_file_path: str) -> None:
    """Show its arguments."""
    from launch.launch_description_sources import get_launch_description_from_any_launch_file

    description = get_launch_description_from_any_launch_file(launch_file_path)
    print_arguments_of_launch_description(launch_description=description)


def print_arguments_of_launch_description(*, launch_description: LaunchDescription) -> None:
    """Show its arguments; a star marks those that are used only if a condition holds."""
    arguments = launch_description.get_launch_arguments()
    print("Arguments (pass arguments as '<name>:=<value>'):")
    for argument in arguments:
        print("\n".join(["", *_argument_lines(argument)]))
    if not arguments:
        print("\n  No arguments.")
    elif any(argument._conditionally_included for argument in arguments):
        print("\n* argument(s) which are only used if specific conditions occur")


def _argument_lines(argument: DeclareLaunchArgument) -> list[str]:
    lines = [
        f"    '{argument.name}':{'*' if argument._conditionally_included else ''}",
        f"        {argument.description}",
    ]
    if argument.default_value is not None:
        lines.append(f"        (default: {' + '.join(token.describe() for token in argument.default_value)})")
    return lines


def parse_launch_arguments(launch_arguments: Sequence[str]) -> list[tuple[str, str]]:
    """Names and values out of name:=value, the last one of a name. Raises Ros2CliError for anything else."""
    parsed: dict[str, str] = {}
    for word in launch_arguments:
        name, separator, value = word.partition(":=")
        if not separator or not name or not value:
            raise Ros2CliError(f"malformed launch argument '{word}', expected format '<name>:=<value>'")
        parsed[name] = value
    return list(parsed.items())


def launch_a_launch_file(
    *,
    launch_file_path: str,
    launch_file_arguments: Sequence[str],
    noninteractive: bool = False,
    args: argparse.Namespace | None = None,
    debug: bool = False,
) -> int:
    """Run it to its end; gives launch's exit code. `args` is read for launch_prefix and launch_prefix_filter."""
    from launch import LaunchDescription, LaunchService
    from launch.actions import IncludeLaunchDescription
    from launch.launch_description_sources import AnyLaunchDescriptionSource

    words = list(launch_file_arguments)
    for name in ("launch-prefix", "launch-prefix-filter"):
        value = getattr(args, name.replace("-", "_"), None)
        words += [f"{name}:={value}"] if value else []
    arguments = parse_launch_arguments(words)
    service = LaunchService(argv=words, noninteractive=noninteractive, debug=debug)
    # Included, so that it knows where it lies.
    include = IncludeLaunchDescription(AnyLaunchDescriptionSource(launch_file_path), launch_arguments=arguments)
    service.include_launch_description(LaunchDescription([include]))
    return service.run()


class LaunchFileNameCompleter:
    """Completes launch files of the package in the argument `package_name_key`."""

    def __init__(self, *, package_name_key: str = "package_name") -> None:
        self.package_name_key = package_name_key

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        from ament_index_python.packages import PackageNotFoundError, get_package_share_directory

        try:
            share = get_package_share_directory(getattr(parsed_args, self.package_name_key))
        except (PackageNotFoundError, ValueError):
            return []
        return [Path(path).name for path in get_launch_file_paths(path=share)]
