"""Leads lifecycle nodes through transitions."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from lifecycle_msgs.msg import Transition

from launch.action import Action
from launch.actions import EmitEvent, OpaqueFunction, RegisterEventHandler
from launch.event_handler import BaseEventHandler, EventHandler
from launch.logging import get_logger
from launch.utilities import normalize_to_list_of_substitutions, perform_substitutions

from ..event_handlers.on_state_transition import OnStateTransition
from ..events.lifecycle import ChangeState, StateTransition
from ..events.matchers import matches_node_name
from ..utilities.namespace_utils import make_namespace_absolute

if TYPE_CHECKING:
    from launch.event import Event
    from launch.launch_context import LaunchContext
    from launch.some_substitutions_type import SomeSubstitutionsType


def _target(start_state: str, goal_state: str) -> dict[str, str]:
    return {"start_state": start_state, "goal_state": goal_state}


class LifecycleTransition(Action):
    """Asks each node of `lifecycle_node_names` for the transitions of `transition_ids`, the next when one is made.

    `transition_ids`: numbers of lifecycle_msgs/msg/Transition. An error in a node ends the sequence of that node. The
    sequence must be possible. ValueError if there are no names or no transitions.
    """

    transition_targets: ClassVar[dict[int, dict[str, str]]] = {
        Transition.TRANSITION_CONFIGURE: _target("configuring", "inactive"),
        Transition.TRANSITION_CLEANUP: _target("cleaningup", "unconfigured"),
        Transition.TRANSITION_ACTIVATE: _target("activating", "active"),
        Transition.TRANSITION_DEACTIVATE: _target("deactivating", "inactive"),
        Transition.TRANSITION_UNCONFIGURED_SHUTDOWN: _target("shuttingdown", "finalized"),
        Transition.TRANSITION_INACTIVE_SHUTDOWN: _target("shuttingdown", "finalized"),
        Transition.TRANSITION_ACTIVE_SHUTDOWN: _target("shuttingdown", "finalized"),
    }

    def __init__(
        self,
        *,
        lifecycle_node_names: Collection[SomeSubstitutionsType],
        transition_ids: Collection[int | SomeSubstitutionsType],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not transition_ids:
            raise ValueError("No transition_ids provided.")
        if not lifecycle_node_names:
            raise ValueError("No lifecycle_node_names provided.")
        self._names = [normalize_to_list_of_substitutions(name) for name in lifecycle_node_names]
        self._ids = [
            normalize_to_list_of_substitutions(str(id_) if isinstance(id_, int) else id_) for id_ in transition_ids
        ]

    def execute(self, context: LaunchContext) -> list[Action]:
        """Handlers that lead from one transition to the next, then the events that ask for the first."""
        ids = [_transition_id(perform_substitutions(context, id_)) for id_ in self._ids]
        registrations: list[Action] = []
        first_requests: list[Action] = []
        for name in (perform_substitutions(context, subs) for subs in self._names):
            sequence = _Sequence(name, ids, self.transition_targets)
            context.register_event_handler(sequence.on_error)
            registrations += [RegisterEventHandler(handler) for handler in sequence.steps]
            first_requests.append(sequence.first_request)
        return registrations + first_requests


class _Sequence:
    """What leads one node through the transitions."""

    def __init__(self, node_name: str, ids: list[int], targets: dict[int, dict[str, str]]) -> None:
        self._node_name = node_name
        requests = [
            EmitEvent(event=ChangeState(lifecycle_node_matcher=matches_node_name(node_name), transition_id=id_))
            for id_ in ids
        ]
        self.first_request = requests[0]
        self.on_error: BaseEventHandler = EventHandler(
            matcher=match_node_name_goal(node_name, "errorprocessing"),
            entities=[OpaqueFunction(function=self._stop, args=["error occurred during transitions"])],
            handle_once=True,
        )
        # After a transition comes the next request; after the last, the end.
        reactions = [*requests[1:], OpaqueFunction(function=self._stop)]
        self.steps: list[BaseEventHandler] = [
            OnStateTransition(
                matcher=match_node_name_start_goal(node_name, **targets[id_]), entities=[reaction], handle_once=True
            )
            for id_, reaction in zip(ids, reactions, strict=True)
        ]

    def _stop(self, context: LaunchContext, reason: str | None = None) -> None:
        if reason is not None:
            get_logger(__name__).info("Stopping transitions for %s because '%s'", self._node_name, reason)
        for handler in (self.on_error, *self.steps):
            # Those that were called already are not registered any more.
            with suppress(ValueError):
                context.unregister_event_handler(handler)


def _transition_id(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"expected integer for lifecycle transition, got {text}") from None


def match_node_name_start_goal(node_name: str, start_state: str, goal_state: str) -> Callable[[Event], bool]:
    """Matches a transition of the node of that name between the states of these labels."""
    reaches = match_node_name_goal(node_name, goal_state)
    return lambda event: reaches(event) and isinstance(event, StateTransition) and event.start_state == start_state


def match_node_name_goal(node_name: str, goal_state: str) -> Callable[[Event], bool]:
    """Matches a transition of the node of that name into the state of that label."""
    absolute = make_namespace_absolute(node_name)
    return lambda event: (
        isinstance(event, StateTransition) and event.action.node_name == absolute and event.goal_state == goal_state
    )
