"""YAML launch files as sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launch.launch_description_sources import FrontendLaunchDescriptionSource

from ..parser import Parser

if TYPE_CHECKING:
    from launch import SomeSubstitutionsType


class YAMLLaunchDescriptionSource(FrontendLaunchDescriptionSource):
    """A launch file that is read as YAML, whatever its name."""

    def __init__(self, launch_file_path: SomeSubstitutionsType) -> None:
        super().__init__(launch_file_path, method="interpreted YAML launch file", parser=Parser)
