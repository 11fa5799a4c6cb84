"""The seam between the tree and whatever moves the robot."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from twin_navigator.core.locations import Pose


class GoalState(Enum):
    """Where a goal is; the last four are final."""

    SENT = "sent"
    ACTIVE = "active"
    SUCCEEDED = "succeeded"
    CANCELED = "canceled"
    ABORTED = "aborted"
    REJECTED = "rejected"

    @property
    def is_final(self) -> bool:
        """Whether nothing can change any more."""
        return self not in (GoalState.SENT, GoalState.ACTIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalReport:
    """What is known of one goal at this moment.

    `pose_map`: where the robot is (None until the first feedback); `recoveries`: how often the server freed the robot;
    `error_code`, `error_msg`: the server's, 0 and "" where it gave none.
    """

    state: GoalState
    pose_map: Pose | None = None
    recoveries: int = 0
    error_code: int = 0
    error_msg: str = ""


class Navigator(Protocol):
    """Sends the robot to poses in the map frame. No method blocks."""

    def is_ready(self) -> bool:
        """Whether a navigation server answers."""

    def send(self, goal: Pose) -> int:
        """Starts towards `goal` and returns its number (1, 2, …) for `report`; a goal that still runs gives way."""

    def report(self, goal_id: int) -> GoalReport:
        """The state of a goal that `send` returned."""

    def cancel(self, goal_id: int) -> None:
        """Asks for the goal to stop; a goal that is over already stays as it is."""

    def is_idle(self) -> bool:
        """Whether nothing runs any more, cancelled goals included: the robot has been told to stop."""
