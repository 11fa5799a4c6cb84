"""The states of a managed node, and the table of the moves between them."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from lifecycle_msgs.msg import State as StateMsg
from lifecycle_msgs.msg import Transition as TransitionMsg

from rclpy.impl.errors import RCLError

if TYPE_CHECKING:
    from rclpy.impl.endpoints import ServiceHandle


class TransitionCallbackReturnType(Enum):
    """How a transition's callback ended."""

    SUCCESS = TransitionMsg.TRANSITION_CALLBACK_SUCCESS
    FAILURE = TransitionMsg.TRANSITION_CALLBACK_FAILURE
    ERROR = TransitionMsg.TRANSITION_CALLBACK_ERROR

    def to_label(self) -> str:
        """Label of the transition that follows."""
        return f"transition_{self.name.lower()}"


class State(NamedTuple):
    """Number of lifecycle_msgs/State, and label."""

    id: int
    label: str


class Transition(NamedTuple):
    """One allowed move: number of lifecycle_msgs/Transition, label, and the states that it connects."""

    id: int
    label: str
    start: State
    goal: State


UNKNOWN = State(StateMsg.PRIMARY_STATE_UNKNOWN, "unknown")
UNCONFIGURED = State(StateMsg.PRIMARY_STATE_UNCONFIGURED, "unconfigured")
INACTIVE = State(StateMsg.PRIMARY_STATE_INACTIVE, "inactive")
ACTIVE = State(StateMsg.PRIMARY_STATE_ACTIVE, "active")
FINALIZED = State(StateMsg.PRIMARY_STATE_FINALIZED, "finalized")
CONFIGURING = State(StateMsg.TRANSITION_STATE_CONFIGURING, "configuring")
CLEANING_UP = State(StateMsg.TRANSITION_STATE_CLEANINGUP, "cleaningup")
SHUTTING_DOWN = State(StateMsg.TRANSITION_STATE_SHUTTINGDOWN, "shuttingdown")
ACTIVATING = State(StateMsg.TRANSITION_STATE_ACTIVATING, "activating")
DEACTIVATING = State(StateMsg.TRANSITION_STATE_DEACTIVATING, "deactivating")
ERROR_PROCESSING = State(StateMsg.TRANSITION_STATE_ERRORPROCESSING, "errorprocessing")

STATES = (
    UNKNOWN,
    UNCONFIGURED,
    INACTIVE,
    ACTIVE,
    FINALIZED,
    CONFIGURING,
    CLEANING_UP,
    SHUTTING_DOWN,
    ACTIVATING,
    DEACTIVATING,
    ERROR_PROCESSING,
)

# What is asked for (id, label, from, via), and where its callback leads (success, failure, error: ids from `first` on).
_ASKED = (
    (TransitionMsg.TRANSITION_CONFIGURE, "configure", UNCONFIGURED, CONFIGURING),
    (TransitionMsg.TRANSITION_CLEANUP, "cleanup", INACTIVE, CLEANING_UP),
    (TransitionMsg.TRANSITION_ACTIVATE, "activate", INACTIVE, ACTIVATING),
    (TransitionMsg.TRANSITION_DEACTIVATE, "deactivate", ACTIVE, DEACTIVATING),
    (TransitionMsg.TRANSITION_UNCONFIGURED_SHUTDOWN, "shutdown", UNCONFIGURED, SHUTTING_DOWN),
    (TransitionMsg.TRANSITION_INACTIVE_SHUTDOWN, "shutdown", INACTIVE, SHUTTING_DOWN),
    (TransitionMsg.TRANSITION_ACTIVE_SHUTDOWN, "shutdown", ACTIVE, SHUTTING_DOWN),
)
_ENDS = (
    (TransitionMsg.TRANSITION_ON_CONFIGURE_SUCCESS, CONFIGURING, (INACTIVE, UNCONFIGURED, ERROR_PROCESSING)),
    (TransitionMsg.TRANSITION_ON_CLEANUP_SUCCESS, CLEANING_UP, (UNCONFIGURED, INACTIVE, ERROR_PROCESSING)),
    (TransitionMsg.TRANSITION_ON_ACTIVATE_SUCCESS, ACTIVATING, (ACTIVE, INACTIVE, ERROR_PROCESSING)),
    (TransitionMsg.TRANSITION_ON_DEACTIVATE_SUCCESS, DEACTIVATING, (INACTIVE, ACTIVE, ERROR_PROCESSING)),
    (TransitionMsg.TRANSITION_ON_SHUTDOWN_SUCCESS, SHUTTING_DOWN, (FINALIZED, FINALIZED, ERROR_PROCESSING)),
    (TransitionMsg.TRANSITION_ON_ERROR_SUCCESS, ERROR_PROCESSING, (UNCONFIGURED, FINALIZED, FINALIZED)),
)

TRANSITIONS = tuple(
    move
    for first, via, goals in _ENDS
    for move in (
        *(Transition(*asked) for asked in _ASKED if asked[3] is via),
        *(
            Transition(first + number, end.to_label(), via, goal)
            for number, (end, goal) in enumerate(zip(TransitionCallbackReturnType, goals, strict=True))
        ),
    )
)
"""Every allowed move, in the order in which Jazzy tells them; there are no others."""


class LifecycleStateMachine:
    """Starts unconfigured. `on_move` is called after each move, unless that move is to be kept quiet."""

    service_change_state: ServiceHandle | None = None
    service_get_state: ServiceHandle | None = None
    service_get_available_states: ServiceHandle | None = None
    service_get_available_transitions: ServiceHandle | None = None
    service_get_transition_graph: ServiceHandle | None = None

    def __init__(self, on_move: Callable[[Transition], None] | None = None) -> None:
        self.current_state = UNCONFIGURED
        self.available_states = STATES
        self.transition_graph = TRANSITIONS
        self._on_move = on_move

    @property
    def available_transitions(self) -> tuple[Transition, ...]:
        """The moves from the current state."""
        return tuple(move for move in TRANSITIONS if move.start == self.current_state)

    def get_transition_by_label(self, label: str) -> int:
        """Id of that move from the current state. Raises RCLError."""
        return self._find(lambda move: move.label == label, f"'{label}'").id

    def trigger_transition_by_id(self, transition_id: int, publish_update: bool) -> None:
        """Raises RCLError where the current state has no such move; so does the next one."""
        self._move(self._find(lambda move: move.id == transition_id, str(transition_id)), publish_update)

    def trigger_transition_by_label(self, label: str, publish_update: bool) -> None:
        self._move(self._find(lambda move: move.label == label, f"'{label}'"), publish_update)

    def _find(self, is_meant: Callable[[Transition], bool], shown: str) -> Transition:
        for move in self.available_transitions:
            if is_meant(move):
                return move
        allowed = ", ".join(f"{move.label} ({move.id})" for move in self.available_transitions) or "none"
        raise RCLError(f"no transition {shown} from state '{self.current_state.label}'; there are: {allowed}")

    def _move(self, move: Transition, publish_update: bool) -> None:
        self.current_state = move.goal
        if publish_update and self._on_move is not None:
            self._on_move(move)
