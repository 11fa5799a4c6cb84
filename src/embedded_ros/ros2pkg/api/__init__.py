"""Packages by name."""

from __future__ import annotations

import argparse
import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

from ros2cli.helpers import complete_with


class PackageNotFound(Exception):
    """No package of that name is on the AMENT_PREFIX_PATH."""

    def __init__(self, package_name: str) -> None:
        super().__init__(package_name)
        self.package_name = package_name


def get_package_names() -> Collection[str]:
    """All packages."""
    from ament_index_python.packages import get_packages_with_prefixes

    return get_packages_with_prefixes().keys()


def get_prefix_path(package_name: str) -> str | None:
    """Where the package is installed; None where it is not."""
    from ament_index_python.packages import PackageNotFoundError, get_package_prefix

    try:
        return get_package_prefix(package_name)
    except (PackageNotFoundError, ValueError):
        return None


def get_executable_paths(*, package_name: str) -> list[str]:
    """What `ros2 run` can run, sorted folder by folder; hidden folders are left out. Raises PackageNotFound."""
    prefix = get_prefix_path(package_name)
    if prefix is None:
        raise PackageNotFound(package_name)
    paths: list[str] = []
    for folder, folders, files in os.walk(Path(prefix) / "lib" / package_name):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths += [path for name in sorted(files) if os.access(path := str(Path(folder) / name), os.X_OK)]
    return paths


def package_name_completer(**_: Any) -> Collection[str]:
    """All packages."""
    return get_package_names()


def add_package_name(parser: argparse.ArgumentParser, **kwargs: Any) -> None:
    """The argument of verbs that are about one package."""
    complete_with(parser.add_argument("package_name", help="name of the package", **kwargs), package_name_completer)
