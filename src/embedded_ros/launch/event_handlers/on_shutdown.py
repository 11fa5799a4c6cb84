"""Reaction to the launch going down."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from ..event_handler import BaseEventHandler
from ..events.shutdown import Shutdown
from ..utilities import is_a_subclass

if TYPE_CHECKING:
    from ..event import Event
    from ..launch_context import LaunchContext
    from ..some_entities_type import SomeEntitiesType


class OnShutdown(BaseEventHandler):
    """Does `on_shutdown`: entities, or a callable of event and context that gives some."""

    def __init__(
        self,
        *,
        on_shutdown: SomeEntitiesType | Callable[[Shutdown, LaunchContext], SomeEntitiesType | None],
        **kwargs: Any,
    ) -> None:
        super().__init__(matcher=lambda event: is_a_subclass(event, Shutdown), **kwargs)
        self._on_shutdown = on_shutdown

    def handle(self, event: Event, context: LaunchContext) -> SomeEntitiesType | None:
        """Handle the event."""
        super().handle(event, context)
        if callable(self._on_shutdown):
            return self._on_shutdown(cast("Shutdown", event), context)
        return self._on_shutdown

    @property
    def handler_description(self) -> str:
        """What it does, in words."""
        return f"{self._on_shutdown}"

    @property
    def matcher_description(self) -> str:
        """What it waits for, in words."""
        return "event issubclass of launch.events.Shutdown"
