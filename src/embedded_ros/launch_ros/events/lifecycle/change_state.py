"""Request to a lifecycle node."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from lifecycle_msgs.msg import State, Transition

from launch.event import Event

if TYPE_CHECKING:
    from ...actions import LifecycleNode

_TRANSITIONS = (
    "TRANSITION_CREATE",
    "TRANSITION_CONFIGURE",
    "TRANSITION_CLEANUP",
    "TRANSITION_ACTIVATE",
    "TRANSITION_DEACTIVATE",
    "TRANSITION_UNCONFIGURED_SHUTDOWN",
    "TRANSITION_INACTIVE_SHUTDOWN",
    "TRANSITION_ACTIVE_SHUTDOWN",
    "TRANSITION_DESTROY",
)
_STATES = (
    "PRIMARY_STATE_UNKNOWN",
    "PRIMARY_STATE_UNCONFIGURED",
    "PRIMARY_STATE_INACTIVE",
    "PRIMARY_STATE_ACTIVE",
    "PRIMARY_STATE_FINALIZED",
    "TRANSITION_STATE_CONFIGURING",
    "TRANSITION_STATE_CLEANINGUP",
    "TRANSITION_STATE_SHUTTINGDOWN",
    "TRANSITION_STATE_ACTIVATING",
    "TRANSITION_STATE_DEACTIVATING",
    "TRANSITION_STATE_ERRORPROCESSING",
)


class ChangeState(Event):
    """Asks every lifecycle node whose action `lifecycle_node_matcher` matches for a transition.

    `transition_id`: one of lifecycle_msgs/msg/Transition's, else ValueError.
    """

    name = "launch_ros.events.lifecycle.ChangeState"
    valid_transitions: ClassVar[dict[int, str]] = {getattr(Transition, label): label for label in _TRANSITIONS}
    valid_states: ClassVar[dict[int, str]] = {getattr(State, label): label for label in _STATES}

    def __init__(self, *, lifecycle_node_matcher: Callable[[LifecycleNode], bool], transition_id: int) -> None:
        if transition_id not in self.valid_transitions:
            known = ", ".join(f"{label}: {id_}" for id_, label in self.valid_transitions.items())
            raise ValueError(f"given transition_id of '{transition_id}', expected one of {{{known}}}")
        self._lifecycle_node_matcher = lifecycle_node_matcher
        self._transition_id = transition_id

    @property
    def lifecycle_node_matcher(self) -> Callable[[LifecycleNode], bool]:
        """Which nodes are asked."""
        return self._lifecycle_node_matcher

    @property
    def transition_id(self) -> int:
        """What they are asked for."""
        return self._transition_id
