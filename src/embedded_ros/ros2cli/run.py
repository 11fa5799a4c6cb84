"""`ros2 run`."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
from pathlib import Path
from typing import NoReturn

from .errors import Ros2CliError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments."""
    parser.add_argument(
        "--prefix", default="", help="command before the executable, e.g. --prefix 'gdb -ex run --args'"
    )
    parser.add_argument("package_name", help="name of the ROS package")
    parser.add_argument("executable_name", help="name of the executable")
    parser.add_argument("argv", nargs=argparse.REMAINDER, help="arguments of the executable")


def main(args: argparse.Namespace) -> NoReturn:
    """Become the executable: signals, terminal and exit code are its own."""
    command = [*shlex.split(args.prefix), str(executable_path(args.package_name, args.executable_name)), *args.argv]
    path = shutil.which(command[0])
    if path is None:
        raise Ros2CliError(f"--prefix: '{command[0]}' is not on the PATH: install it, or give its path")
    os.execv(path, command)  # noqa: S606


def executable_path(package: str, executable: str) -> Path:
    """<prefix>/lib/<package>/<executable>; Ros2CliError lists what there is instead."""
    found = executables(package)
    for path in found:
        if path.name == executable:
            return path
    names = ", ".join(path.name for path in found) or "none"
    raise Ros2CliError(f"no executable '{executable}' in package '{package}': it has {names}")


def executables(package: str) -> list[Path]:
    """The package's executables, by name."""
    from ament_index_python.packages import PackageNotFoundError, get_package_prefix

    try:
        folder = Path(get_package_prefix(package)) / "lib" / package
    except PackageNotFoundError as error:
        raise Ros2CliError(
            f"package '{package}' not found: source install/setup.bash, or build it ({error})"
        ) from error
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and os.access(path, os.X_OK))
