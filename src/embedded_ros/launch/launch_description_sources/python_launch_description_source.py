"""Python launch files as sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..launch_description_source import LaunchDescriptionSource
from .python_launch_file_utilities import get_launch_description_from_python_launch_file

if TYPE_CHECKING:
    from ..launch_description import LaunchDescription
    from ..some_substitutions_type import SomeSubstitutionsType


class PythonLaunchDescriptionSource(LaunchDescriptionSource):
    """A `.launch.py` file; give an absolute path, since the current folder is the user's."""

    def __init__(self, launch_file_path: SomeSubstitutionsType) -> None:
        super().__init__(None, launch_file_path, "interpreted python launch file")

    def _get_launch_description(self, location: str) -> LaunchDescription:
        return get_launch_description_from_python_launch_file(location)
