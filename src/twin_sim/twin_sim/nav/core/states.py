"""The states of a navigation and the moves between them."""

from __future__ import annotations

from enum import Enum

from twin_sim.nav.core.errors import TransitionError


class State(Enum):
    """IDLE: no goal. WAITING: stopped, since scan or odometry stay away. BLOCKED: stopped before an obstacle.

    RECOVERING: backing up or waiting, before planning anew.
    """

    IDLE = "idle"
    PLANNING = "planning"
    FOLLOWING = "following"
    BLOCKED = "blocked"
    RECOVERING = "recovering"
    WAITING = "waiting"


_ACTIVE = frozenset(State) - {State.IDLE}

# A new goal (PLANNING) may come, and any navigation may end (IDLE), at any time; the rest follows the drive.
MOVES: dict[State, frozenset[State]] = {
    State.IDLE: frozenset({State.PLANNING}),
    State.PLANNING: frozenset({State.IDLE, State.PLANNING, State.FOLLOWING, State.RECOVERING, State.WAITING}),
    State.FOLLOWING: frozenset({State.IDLE, State.PLANNING, State.BLOCKED, State.RECOVERING, State.WAITING}),
    State.BLOCKED: frozenset({State.IDLE, State.PLANNING, State.FOLLOWING, State.RECOVERING, State.WAITING}),
    State.RECOVERING: frozenset({State.IDLE, State.PLANNING, State.WAITING}),
    State.WAITING: frozenset({State.IDLE, State.PLANNING}),
}


def move(current: State, to: State) -> State:
    """The new state; raises TransitionError where the table has no such move."""
    if to not in MOVES[current]:
        allowed = ", ".join(sorted(state.value for state in MOVES[current]))
        raise TransitionError(
            f"navigation can't go from {current.value} to {to.value}; from there it goes to: {allowed}"
        )
    return to


def is_active(state: State) -> bool:
    """Whether a goal is being pursued."""
    return state in _ACTIVE
