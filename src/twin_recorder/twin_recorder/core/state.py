"""Where a segment is on its way into the lake."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from .errors import SegmentStateError


class SegmentState(Enum):
    """Where a segment is on its way into the lake."""

    OPEN = "open"
    CLOSED = "closed"
    UPLOADED = "uploaded"
    COMMITTED = "committed"


# UPLOADED goes back to CLOSED when the commit failed: the key may be another one next time.
MOVES: Final[Mapping[SegmentState, frozenset[SegmentState]]] = {
    SegmentState.OPEN: frozenset({SegmentState.CLOSED}),
    SegmentState.CLOSED: frozenset({SegmentState.UPLOADED}),
    SegmentState.UPLOADED: frozenset({SegmentState.COMMITTED, SegmentState.CLOSED}),
    SegmentState.COMMITTED: frozenset(),
}


def move(name: str, now: SegmentState, to: SegmentState) -> SegmentState:
    """The new state. Raises SegmentStateError where MOVES doesn't allow it."""
    if to not in MOVES[now]:
        allowed = ", ".join(sorted(state.value for state in MOVES[now])) or "nothing"
        raise SegmentStateError(f"segment {name} is {now.value} and can't become {to.value}; allowed: {allowed}")
    return to
