"""Loading of launch files of any kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING

from ..frontend import Parser
from ..invalid_launch_file_error import InvalidLaunchFileError
from .frontend_launch_file_utilities import get_launch_description_from_frontend_launch_file
from .python_launch_file_utilities import get_launch_description_from_python_launch_file

if TYPE_CHECKING:
    from ..launch_description import LaunchDescription


def get_launch_description_from_any_launch_file(
    launch_file_path: str, *, parser: type[Parser] = Parser
) -> LaunchDescription:
    """The description in the file, which may be in Python or in a markup language, whatever its name.

    InvalidLaunchFileError says why it can be read as neither.
    """
    path = PurePath(launch_file_path)
    is_known = path.suffix == ".py" or parser.is_filename_valid(path.name)
    loaders: list[Callable[[str], LaunchDescription]] = [get_launch_description_from_python_launch_file]
    # What the name promises is tried first: its error is the one that helps.
    loaders.insert(1 if path.suffix == ".py" else 0, get_launch_description_from_frontend_launch_file)
    errors: list[Exception] = []
    for loader in loaders:
        try:
            return loader(launch_file_path)
        except Exception as error:  # noqa: BLE001
            # A launch file is a program, so that anything may go wrong in it; all is told if no loader succeeds.
            errors.append(error)
    raise InvalidLaunchFileError(path.suffix.removeprefix(".") if is_known else "", likely_errors=errors)
