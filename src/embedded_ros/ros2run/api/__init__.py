"""Executables of packages."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from ros2cli.errors import Ros2CliError
from ros2pkg.api import PackageNotFound, get_executable_paths


class MultipleExecutables(Exception):
    """A package has several executables of one name."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(paths)
        self.paths = paths


def get_executable_path(*, package_name: str, executable_name: str) -> str | None:
    """The package's executable; None where it has none. Raises PackageNotFound, MultipleExecutables."""
    paths = [path for path in get_executable_paths(package_name=package_name) if Path(path).name == executable_name]
    if len(paths) > 1:
        raise MultipleExecutables(paths)
    return paths[0] if paths else None


def run_executable(*, path: str, argv: Sequence[str], prefix: Sequence[str] | None = None) -> NoReturn:
    """Become the executable: signals, terminal and exit code are its own. Raises Ros2CliError for a bad prefix."""
    command = [*(prefix or ()), path, *argv]
    program = shutil.which(command[0])
    if program is None:
        raise Ros2CliError(f"--prefix: '{command[0]}' is not on the PATH: install it, or give its path")
    try:
        os.execv(program, command)  # noqa: S606
    except OSError as error:
        raise Ros2CliError(f"'{program}' cannot be run: {error.strerror}") from error


class ExecutableNameCompleter:
    """Completes executables of the package in the argument `package_name_key`."""

    def __init__(self, *, package_name_key: str) -> None:
        self.package_name_key = package_name_key

    def __call__(self, prefix: str, parsed_args: argparse.Namespace, **_: Any) -> list[str]:
        try:
            paths = get_executable_paths(package_name=getattr(parsed_args, self.package_name_key))
        except PackageNotFound:
            return []
        return [Path(path).name for path in paths]
