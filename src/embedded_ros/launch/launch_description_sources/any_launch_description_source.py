"""Launch files of any kind as sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..launch_description_source import LaunchDescriptionSource
from .any_launch_file_utilities import get_launch_description_from_any_launch_file

if TYPE_CHECKING:
    from ..launch_description import LaunchDescription
    from ..some_substitutions_type import SomeSubstitutionsType


class AnyLaunchDescriptionSource(LaunchDescriptionSource):
    """A launch file whose kind its extension tells."""

    def __init__(self, launch_file_path: SomeSubstitutionsType) -> None:
        super().__init__(None, launch_file_path, "interpreted launch file")

    def _get_launch_description(self, location: str) -> LaunchDescription:
        return get_launch_description_from_any_launch_file(location)
