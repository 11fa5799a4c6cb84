"""Reaction to the transitions of a lifecycle node."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from launch.event_handler import EventHandler

from ..actions.lifecycle_node import LifecycleNode
from ..events.lifecycle import StateTransition

if TYPE_CHECKING:
    from launch.event import Event
    from launch.some_entities_type import SomeEntitiesType


class OnStateTransition(EventHandler):
    """Yields `entities` at transitions that agree with all that is given: the node and the labels of transition,
    state left and state reached; or, without regard to those, at events that `matcher` matches.
    """

    def __init__(
        self,
        *,
        entities: SomeEntitiesType,
        target_lifecycle_node: LifecycleNode | None = None,
        transition: str | None = None,
        start_state: str | None = None,
        goal_state: str | None = None,
        matcher: Callable[[Event], bool] | None = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(target_lifecycle_node, LifecycleNode | None):
            raise RuntimeError(  # noqa: TRY004  # Jazzy's
                f"OnStateTransition requires a 'LifecycleNode' action as the target, got {target_lifecycle_node!r}"
            )
        wanted = {
            "action": target_lifecycle_node,
            "transition": transition,
            "start_state": start_state,
            "goal_state": goal_state,
        }
        super().__init__(matcher=matcher or _agrees_with(wanted), entities=entities, **kwargs)
        self._target_lifecycle_node = target_lifecycle_node

    @property
    def handler_description(self) -> str:
        """What it does, in words."""
        return "<actions>"

    @property
    def matcher_description(self) -> str:
        """What it waits for, in words."""
        if self._target_lifecycle_node is None:
            return "event == StateTransition"
        return f"event == StateTransition and event.action == LifecycleNode({id(self._target_lifecycle_node):#x})"


def _agrees_with(wanted: dict[str, Any]) -> Callable[[Event], bool]:
    required = {name: value for name, value in wanted.items() if value is not None}
    return lambda event: (
        isinstance(event, StateTransition) and all(getattr(event, name) == value for name, value in required.items())
    )
