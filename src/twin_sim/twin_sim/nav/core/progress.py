"""Notices a robot that is told to drive and doesn't get anywhere."""

from __future__ import annotations

from dataclasses import dataclass

from twin_sim.nav.core.geometry import Pose2D, wrap


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressConfig:
    """The robot must move `distance_m` or turn `turn` within `allowance_s`."""

    distance_m: float = 0.1
    turn: float = 0.5
    allowance_s: float = 10.0


class ProgressChecker:
    """Time is passed in (s, one clock)."""

    def __init__(self, config: ProgressConfig) -> None:
        self._config = config
        self._from: Pose2D | None = None
        self._since_s = 0.0

    def restart(self) -> None:
        """Count from the next call on."""
        self._from = None

    def is_stuck(self, pose: Pose2D, now_s: float) -> bool:
        """Whether the robot stayed about where it is for longer than allowed."""
        if self._from is None or self._has_moved(self._from, pose):
            self._from, self._since_s = pose, now_s
        return now_s - self._since_s > self._config.allowance_s

    def _has_moved(self, start: Pose2D, pose: Pose2D) -> bool:
        return start.distance_to(pose) > self._config.distance_m or abs(wrap(pose.yaw - start.yaw)) > self._config.turn
