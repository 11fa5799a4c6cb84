"""Loading of launch files by their extension."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from ..invalid_launch_file_error import InvalidLaunchFileError
from .python_launch_file_utilities import get_launch_description_from_python_launch_file

if TYPE_CHECKING:
    from ..launch_description import LaunchDescription


def get_launch_description_from_any_launch_file(launch_file_path: str) -> LaunchDescription:
    """The description in the file. XML and YAML launch files are not in this underlay: InvalidLaunchFileError."""
    extension = PurePath(launch_file_path).suffix.removeprefix(".")
    if extension in ("xml", "yaml", "yml"):
        unreadable = ValueError(
            f"{launch_file_path}: launch files in {extension.upper()} are not in the embedded underlay: use Python"
        )
        raise InvalidLaunchFileError(extension, likely_errors=[unreadable])
    try:
        return get_launch_description_from_python_launch_file(launch_file_path)
    except Exception as error:
        raise InvalidLaunchFileError(extension, likely_errors=[error]) from error
