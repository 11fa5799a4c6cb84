"""What the recorder is doing, and which call leads where: one table, refusals as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

DIAGNOSTICS_NAME: Final = "twin_recorder: recording"


class RecorderState(Enum):
    """As the status service names it. Inactive is the lifecycle's; the three below are its active state."""

    UNCONFIGURED = "unconfigured"
    INACTIVE = "inactive"
    RECORDING = "recording"
    PAUSED = "paused"
    STOPPED = "stopped"
    FINALIZED = "finalized"


_MOVES: Final[Mapping[str, tuple[RecorderState, ...]]] = {
    "start": (RecorderState.STOPPED,),
    "pause": (RecorderState.RECORDING,),
    "resume": (RecorderState.PAUSED,),
    "stop": (RecorderState.RECORDING, RecorderState.PAUSED),
    "split": (RecorderState.RECORDING,),
}
_WAYS: Final[Mapping[RecorderState, str]] = {
    RecorderState.UNCONFIGURED: "configure and activate it with ros2 lifecycle set",
    RecorderState.INACTIVE: "activate it with ros2 lifecycle set",
    RecorderState.RECORDING: "it can pause, stop or split",
    RecorderState.PAUSED: "it can resume or stop",
    RecorderState.STOPPED: "it can start",
    RecorderState.FINALIZED: "start the node anew",
}


def refusal(call: str, state: RecorderState) -> str:
    """Why a service can't be used in a state, and what can be done instead; empty where it can be."""
    if state in _MOVES[call]:
        return ""
    return f"{call} refused: the recorder is {state.value}; {_WAYS[state]}"
