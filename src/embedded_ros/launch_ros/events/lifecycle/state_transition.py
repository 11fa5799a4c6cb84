"""News of a lifecycle node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from launch.event import Event

if TYPE_CHECKING:
    from lifecycle_msgs.msg import TransitionEvent

    from ...actions import LifecycleNode


class StateTransition(Event):
    """The node of `action` has changed its state, as `msg` says."""

    name = "launch_ros.events.lifecycle.StateTransition"

    def __init__(self, *, action: LifecycleNode, msg: TransitionEvent) -> None:
        self._action = action
        self._msg = msg

    @property
    def action(self) -> LifecycleNode:
        """Whose node it was."""
        return self._action

    @property
    def msg(self) -> TransitionEvent:
        """The node's message."""
        return self._msg

    @property
    def timestamp(self) -> int:
        """When, by the node's clock, ns."""
        timestamp: int = self._msg.timestamp
        return timestamp

    @property
    def transition(self) -> str:
        """The transition's label."""
        label: str = self._msg.transition.label
        return label

    @property
    def start_state(self) -> str:
        """Label of the state that the node has left."""
        label: str = self._msg.start_state.label
        return label

    @property
    def goal_state(self) -> str:
        """Label of the state that the node is in."""
        label: str = self._msg.goal_state.label
        return label
