"""Removes an event handler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..action import Action

if TYPE_CHECKING:
    from ..event_handler import BaseEventHandler
    from ..launch_context import LaunchContext


class UnregisterEventHandler(Action):
    """Removes `event_handler`, which must be registered; the event that is being handled may still reach it."""

    def __init__(self, event_handler: BaseEventHandler, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._event_handler = event_handler

    @property
    def event_handler(self) -> BaseEventHandler:
        """The handler."""
        return self._event_handler

    def execute(self, context: LaunchContext) -> None:
        """Remove it."""
        context.unregister_event_handler(self._event_handler)
