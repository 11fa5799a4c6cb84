"""Base of handlers that wait for an event of some action."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ..event_handler import BaseEventHandler
from ..launch_description_entity import LaunchDescriptionEntity

if TYPE_CHECKING:
    from ..action import Action
    from ..event import Event
    from ..launch_context import LaunchContext
    from ..some_entities_type import SomeEntitiesType


class OnActionEventBase(BaseEventHandler):
    """Handles `target_event_cls` of the action (or the actions that the callable accepts; None: of every action).

    `on_event` is what to do: entities, or a callable of event and context that gives some.
    """

    def __init__(
        self,
        *,
        action_matcher: Callable[[Any], bool] | Action | None,
        on_event: SomeEntitiesType | Callable[[Any, LaunchContext], SomeEntitiesType | None] | None,
        target_event_cls: type[Event],
        target_action_cls: type[Action],
        **kwargs: Any,
    ) -> None:
        if not isinstance(action_matcher, (target_action_cls, type(None))) and not callable(action_matcher):
            raise TypeError(
                f"{type(self).__name__}: target_action must be a '{target_action_cls.__name__}' instance, "
                f"a callable of one, or None; got {action_matcher!r}"
            )
        self._action_matcher = action_matcher
        self._target_event_cls = target_event_cls
        self._target_action_cls = target_action_cls
        self._on_event = on_event
        self._actions_on_event = [] if callable(on_event) else _entities(on_event)
        super().__init__(matcher=self._matches, **kwargs)

    def _matches(self, event: Event) -> bool:
        if not isinstance(event, self._target_event_cls):
            return False
        action: Any = getattr(event, "action", None)
        if callable(self._action_matcher):
            return bool(self._action_matcher(action))
        return self._action_matcher is None or action is self._action_matcher

    def handle(self, event: Event, context: LaunchContext) -> SomeEntitiesType | None:
        """Handle the event."""
        super().handle(event, context)
        return self._on_event(event, context) if callable(self._on_event) else self._actions_on_event

    def describe(self) -> tuple[str, list[SomeEntitiesType]]:
        """Text for a person, and the entities that handling yields, as far as they are known."""
        text, described = super().describe()
        return text, [*described, *self._actions_on_event]

    @property
    def handler_description(self) -> str:
        """What it does, in words."""
        return "<actions>" if self._actions_on_event else f"{self._on_event}"

    @property
    def matcher_description(self) -> str:
        """What it waits for, in words."""
        text = f"event == {self._target_event_cls.__name__}"
        return text if self._action_matcher is None else f"{text} and {self._target_action_cls.__name__}(event.action)"


def _entities(on_event: SomeEntitiesType | None) -> list[LaunchDescriptionEntity]:
    if on_event is None:
        return []
    entities = [on_event] if isinstance(on_event, LaunchDescriptionEntity) else on_event
    if not isinstance(entities, Iterable):
        raise TypeError(f"on_event: {on_event!r}: give a 'LaunchDescriptionEntity', a list of them, or a callable")
    entities = list(entities)
    for entity in entities:
        if not isinstance(entity, LaunchDescriptionEntity):
            raise TypeError(
                "expected all items in 'on_event' iterable to be of type 'LaunchDescriptionEntity', "
                f"got {entity!r} of {type(entity)}"
            )
    return entities
