"""Reaction to a description that is to be run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from ..event_handler import BaseEventHandler
from ..events.include_launch_description import IncludeLaunchDescription
from ..utilities import is_a_subclass

if TYPE_CHECKING:
    from ..event import Event
    from ..launch_context import LaunchContext
    from ..some_entities_type import SomeEntitiesType


class OnIncludeLaunchDescription(BaseEventHandler):
    """Yields the description that the event brings."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(matcher=lambda event: is_a_subclass(event, IncludeLaunchDescription), **kwargs)

    def handle(self, event: Event, context: LaunchContext) -> SomeEntitiesType | None:
        """Handle the event."""
        super().handle(event, context)
        return [cast("IncludeLaunchDescription", event).launch_description]

    @property
    def handler_description(self) -> str:
        """What it does, in words."""
        return "returns the launch_description in the event"

    @property
    def matcher_description(self) -> str:
        """What it waits for, in words."""
        return "event issubclass of launch.events.IncludeLaunchDescription"
