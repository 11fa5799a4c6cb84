"""A launch description is to be run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..event import Event

if TYPE_CHECKING:
    from ..launch_description import LaunchDescription


class IncludeLaunchDescription(Event):
    """Asks the running launch to visit one more description."""

    name = "launch.events.IncludeLaunchDescription"

    def __init__(self, launch_description: LaunchDescription) -> None:
        self._launch_description = launch_description

    @property
    def launch_description(self) -> LaunchDescription:
        """The description."""
        return self._launch_description
