"""Where packages are installed."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

from ament_index_python.resources import get_resources, has_resource
from ament_index_python.search_paths import get_search_paths


class PackageNotFoundError(KeyError):
    """No prefix has the package."""


def get_packages_with_prefixes() -> dict[str, str]:
    """Prefix by name of every installed package."""
    return get_resources("packages")


def get_package_prefix(package_name: str) -> str:
    """The prefix that the package is installed in. Raises PackageNotFoundError, or ValueError on an invalid name."""
    if re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9_-]+", package_name, re.ASCII) is None:
        raise ValueError(f"'{package_name}' is not a valid package name")
    prefix = has_resource("packages", package_name)
    if prefix is False:
        raise PackageNotFoundError(f"package '{package_name}' not found, searching: {get_search_paths()}")
    return prefix


def get_package_share_directory(package_name: str, print_warning: bool = True) -> str:
    """The package's share folder, '<prefix>/share/<package>'. Raises as `get_package_prefix`."""
    path = f"{get_package_prefix(package_name)}/share/{package_name}"
    if print_warning and not Path(path).exists():
        warnings.warn(f"Share directory for {package_name} ({path}) does not exist.", stacklevel=2)
    return path


def get_package_share_path(package_name: str, print_warning: bool = True) -> Path:
    """Like `get_package_share_directory`, as a Path."""
    path = Path(get_package_share_directory(package_name, print_warning=False))
    if print_warning and not path.exists():
        warnings.warn(f"Share path for {package_name} ({path}) does not exist.", stacklevel=2)
    return path
