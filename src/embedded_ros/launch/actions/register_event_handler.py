"""Registers an event handler."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..action import Action
from ..utilities import normalize_to_list_of_entities

if TYPE_CHECKING:
    from ..event_handler import BaseEventHandler
    from ..launch_context import LaunchContext
    from ..launch_description_entity import LaunchDescriptionEntity


class RegisterEventHandler(Action):
    """Registers `event_handler`; it sees the events after the one that is being handled."""

    def __init__(self, event_handler: BaseEventHandler, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._event_handler = event_handler

    @property
    def event_handler(self) -> BaseEventHandler:
        """The handler."""
        return self._event_handler

    def execute(self, context: LaunchContext) -> None:
        """Register it."""
        context.register_event_handler(self._event_handler)

    def describe_conditional_sub_entities(self) -> Sequence[tuple[str, Iterable[LaunchDescriptionEntity]]]:
        """What the handler yields, as far as it is known."""
        text, entities = self._event_handler.describe()
        return [(text, normalize_to_list_of_entities(entities))] if entities else []
