"""Resources: files below `share/ament_index/resource_index/<type>/<name>` of a prefix."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from ament_index_python.constants import RESOURCE_INDEX_SUBFOLDER
from ament_index_python.search_paths import get_search_paths


class InvalidResourceTypeNameError(ValueError):
    """A resource type that can't be a folder's name."""


class InvalidResourceNameError(ValueError):
    """A resource name that can't be a file's name."""


def get_resource(resource_type: str, resource_name: str) -> tuple[str, str]:
    """Content of the resource and the prefix that has it. Raises LookupError if none does, OSError if unreadable."""
    prefix = has_resource(resource_type, resource_name)
    if prefix is False:
        raise LookupError(f"Could not find the resource '{resource_name}' of type '{resource_type}'")
    return (Path(prefix) / RESOURCE_INDEX_SUBFOLDER / resource_type / resource_name).read_text(encoding="utf-8"), prefix


def get_resources(resource_type: str) -> dict[str, str]:
    """Prefix by name of every resource of the type; the first prefix that has a name wins."""
    _check_type(resource_type)
    resources: dict[str, str] = {}
    for prefix in get_search_paths():
        for entry in _visible(Path(prefix) / RESOURCE_INDEX_SUBFOLDER / resource_type):
            if not entry.is_dir():
                resources.setdefault(entry.name, prefix)
    return resources


def get_resource_types() -> set[str]:
    """Every type of which some prefix has a resource."""
    folders = (Path(prefix) / RESOURCE_INDEX_SUBFOLDER for prefix in get_search_paths())
    return {entry.name for folder in folders for entry in _visible(folder) if entry.is_dir()}


def has_resource(resource_type: str, resource_name: str) -> str | Literal[False]:
    """The first prefix that has the resource, or False."""
    _check_type(resource_type)
    if not resource_name or "/" in resource_name or "\\" in resource_name:
        raise InvalidResourceNameError(f"Resource name '{resource_name}' is invalid: it is empty or has a separator")
    for prefix in get_search_paths():
        if (Path(prefix) / RESOURCE_INDEX_SUBFOLDER / resource_type / resource_name).is_file():
            return prefix
    return False


def _check_type(resource_type: str) -> None:
    if not resource_type or "/" in resource_type or "\\" in resource_type:
        raise InvalidResourceTypeNameError(
            f"Resource type '{resource_type}' is invalid: it is empty or has a separator"
        )


def _visible(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (entry for entry in folder.iterdir() if not entry.name.startswith("."))
