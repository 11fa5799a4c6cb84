"""Handlers of events: a matcher, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .launch_description_entity import LaunchDescriptionEntity

if TYPE_CHECKING:
    from collections.abc import Callable

    from .event import Event
    from .launch_context import LaunchContext
    from .some_entities_type import SomeEntitiesType


class BaseEventHandler:
    """Decides by `matcher` which events it handles; the event is `context.locals.event` for what it yields."""

    def __init__(self, *, matcher: Callable[[Event], bool], handle_once: bool = False) -> None:
        self._matcher = matcher
        self._handle_once = handle_once

    @property
    def handle_once(self) -> bool:
        """True: unregistered after its first event."""
        return self._handle_once

    @property
    def handler_description(self) -> str | None:
        """What it does, in words."""
        return None

    @property
    def matcher_description(self) -> str | None:
        """What it waits for, in words."""
        return None

    def matches(self, event: Event) -> bool:
        """Whether this handler wants the event."""
        return self._matcher(event)

    def describe(self) -> tuple[str, list[SomeEntitiesType]]:
        """Text for a person, and the entities that handling yields, as far as they are known."""
        text = (
            f"{type(self).__name__}(matcher='{self.matcher_description}', "
            f"handler='{self.handler_description}', handle_once={self.handle_once})"
        )
        return text, []

    def handle(self, event: Event, context: LaunchContext) -> SomeEntitiesType | None:
        """Handle the event; an override calls this first."""
        context.extend_locals({"event": event})
        if self._handle_once:
            context.unregister_event_handler(self)
        return None


class EventHandler(BaseEventHandler):
    """Yields the same entities for every event that matches."""

    def __init__(
        self,
        *,
        matcher: Callable[[Event], bool],
        entities: SomeEntitiesType | None = None,
        handle_once: bool = False,
    ) -> None:
        super().__init__(matcher=matcher, handle_once=handle_once)
        self._entities = entities

    @property
    def entities(self) -> SomeEntitiesType | None:
        """What an event yields."""
        return self._entities

    def describe(self) -> tuple[str, list[SomeEntitiesType]]:
        """Text for a person, and the entities."""
        text, described = super().describe()
        if isinstance(self._entities, LaunchDescriptionEntity):
            described.append(self._entities)
        elif self._entities is not None:
            described.extend(self._entities)
        return text, described

    def handle(self, event: Event, context: LaunchContext) -> SomeEntitiesType | None:
        """Handle the event."""
        super().handle(event, context)
        return self._entities
