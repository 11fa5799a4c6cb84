"""States of an action goal, and the moves between them; numbers as in action_msgs/msg/GoalStatus."""

from __future__ import annotations

from enum import IntEnum

from rclpy.impl.errors import RCLError


class GoalState(IntEnum):
    UNKNOWN = 0
    ACCEPTED = 1
    EXECUTING = 2
    CANCELING = 3
    SUCCEEDED = 4
    CANCELED = 5
    ABORTED = 6


class GoalEvent(IntEnum):
    EXECUTE = 0
    CANCEL_GOAL = 1
    SUCCEED = 2
    ABORT = 3
    CANCELED = 4


MOVES: dict[tuple[GoalState, GoalEvent], GoalState] = {
    (GoalState.ACCEPTED, GoalEvent.EXECUTE): GoalState.EXECUTING,
    (GoalState.ACCEPTED, GoalEvent.CANCEL_GOAL): GoalState.CANCELING,
    (GoalState.EXECUTING, GoalEvent.CANCEL_GOAL): GoalState.CANCELING,
    (GoalState.EXECUTING, GoalEvent.SUCCEED): GoalState.SUCCEEDED,
    (GoalState.CANCELING, GoalEvent.SUCCEED): GoalState.SUCCEEDED,
    (GoalState.EXECUTING, GoalEvent.ABORT): GoalState.ABORTED,
    (GoalState.CANCELING, GoalEvent.ABORT): GoalState.ABORTED,
    (GoalState.CANCELING, GoalEvent.CANCELED): GoalState.CANCELED,
}

ACTIVE = frozenset({GoalState.ACCEPTED, GoalState.EXECUTING, GoalState.CANCELING})
CANCELABLE = frozenset({GoalState.ACCEPTED, GoalState.EXECUTING})


def move(state: GoalState, event: GoalEvent) -> GoalState:
    """The next state. Raises RCLError where the event is not allowed in this state."""
    try:
        return MOVES[state, event]
    except KeyError:
        raise RCLError(
            f"goal_handle attempted invalid transition from state {state.name} with event {event.name}"
        ) from None
