"""Launch files in a markup language as sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..frontend import Parser
from ..launch_description_source import LaunchDescriptionSource
from .frontend_launch_file_utilities import get_launch_description_from_frontend_launch_file

if TYPE_CHECKING:
    from ..launch_description import LaunchDescription
    from ..some_substitutions_type import SomeSubstitutionsType


class FrontendLaunchDescriptionSource(LaunchDescriptionSource):
    """An XML, YAML, ... launch file, read by `parser`; `Parser` itself finds out which markup it is."""

    def __init__(
        self,
        launch_file_path: SomeSubstitutionsType,
        *,
        method: str = "interpreted frontend launch file",
        parser: type[Parser] = Parser,
    ) -> None:
        super().__init__(None, launch_file_path, method)
        self._parser = parser

    def _get_launch_description(self, location: str) -> LaunchDescription:
        return get_launch_description_from_frontend_launch_file(location, parser=self._parser)
